import {
  checkFilter,
  InvalidInputError,
  MAX_SEARCH_LIMIT,
  NotFoundError,
  WentuError,
  type Filter,
  type PairPage,
  type PairSearch,
  type VectorHit,
  type VectorPoint,
  type VectorSearch,
  type VectorStore,
} from '@wentu/domain';
import { checkId, checkInteger, checkVector, isId } from '../point-checks';
import { ATTRIBUTES_FIELD, expressionOf } from './filter-expression';
import { ID_FIELD, idsBetween, idsIn } from './id-filter';
import { listAscending } from './id-pages';
import { BOUNDED, LastWrites, STRONG } from './consistency';
import { searchParams } from './index-types';
import { METRIC, MilvusCollections, VECTOR_FIELD, pairs, type CollectionShape } from './milvus-collection';
import { MilvusConnection, closedStore, type MilvusCallOptions } from './milvus-connection';
import { milvusSettings, type MilvusSettings, type MilvusStoreOptions } from './milvus-options';
import { pairPage } from './pair-page';
import { placeholderGroup } from './placeholder-group';
import { QuietVersions } from './quiet-versions';

const MAX_DIMENSION = 32_768;
const PING_MS = 3_000;
/** A name in Milvus has at most 255 characters, including the prefix. */
const INDEX_NAME = /^[A-Za-z0-9_]{1,150}$/;
/**
 * Limit of the vectors in one request. Servers accept 64 MiB, but encoding a smaller request blocks the thread for less
 * time.
 */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const MAX_REQUEST_POINTS = 4_096;
/** Limit of the hits in one answer, about 16 MiB. */
const MAX_ANSWER_HITS = 1_000_000;
const MAX_KNOWN_SHAPES = 10_000;

interface SearchAnswer {
  readonly results: {
    readonly scores: readonly number[];
    readonly topks: readonly string[];
    readonly ids: { readonly int_id?: { readonly data: readonly string[] } } | null;
  };
}
interface QueryAnswer {
  readonly fields_data: readonly {
    readonly field_name?: string;
    readonly scalars?: { readonly long_data?: { readonly data: readonly string[] } };
    readonly vectors?: { readonly float_vector?: { readonly data: readonly number[] } };
  }[];
}
interface Entry extends CollectionShape {
  readonly index: string;
  readonly collection: string;
}

/**
 * Indexes are collections of a Milvus server (standalone, cluster or Zilliz Cloud), shared by all clients of the
 * server. The server may be away when the store opens and at any time after. Calls then reject as UnavailableError, and
 * work again when the server is back.
 */
export class MilvusVectorStore implements VectorStore {
  readonly isRemote = true;
  private readonly connection: MilvusConnection;
  private readonly collections: MilvusCollections;
  private readonly writes = new LastWrites();
  private readonly versions = new QuietVersions();
  private readonly shapes = new Map<string, CollectionShape>();
  private isClosed = false;

  private constructor(private readonly settings: MilvusSettings) {
    this.connection = new MilvusConnection(settings);
    this.collections = new MilvusCollections(this.connection, settings);
  }

  /** Does not connect to the server yet. @throws InvalidInputError */
  static async open(options: MilvusStoreOptions): Promise<MilvusVectorStore> {
    return new MilvusVectorStore(milvusSettings(options));
  }

  async ping(): Promise<void> {
    this.check();
    await this.connection.call('GetVersion', {}, { index: '', timeoutMs: PING_MS });
  }

  async ensure(index: string, dimension: number, signal?: AbortSignal): Promise<void> {
    this.check(signal);
    checkInteger('dimension', dimension, 1, MAX_DIMENSION);
    const collection = this.collectionOf(index);
    this.shapes.delete(index);
    this.remember(index, await this.collections.ensure(index, collection, dimension, signal));
  }

  async upsert(index: string, points: readonly VectorPoint[], signal?: AbortSignal): Promise<void> {
    await this.using(index, signal, async ({ collection, dimension }) => {
      for (const { id, vector } of points) {
        checkId(id);
        checkVector(`the vector of point ${id}`, vector, index, dimension);
      }
      // If one request has two rows with one id, Milvus keeps both. Only the later one is sent.
      const unique = [...new Map(points.map((point) => [point.id, point])).values()];
      const size = Math.max(1, Math.min(MAX_REQUEST_POINTS, Math.floor(MAX_REQUEST_BYTES / (4 * dimension))));
      for (const batch of batches(unique, size)) {
        const request = {
          collection_name: collection,
          num_rows: batch.length,
          fields_data: [
            { type: 'Int64', field_name: ID_FIELD, scalars: { long_data: { data: batch.map(({ id }) => id) } } },
            {
              type: 'FloatVector',
              field_name: VECTOR_FIELD,
              vectors: { dim: dimension, float_vector: { data: flat(batch, dimension) } },
            },
            {
              type: 'JSON',
              field_name: ATTRIBUTES_FIELD,
              scalars: { json_data: { data: batch.map(({ attributes }) => Buffer.from(JSON.stringify(attributes))) } },
            },
          ],
        };
        await this.write('Upsert', request, index, signal);
      }
    });
  }

  async search(
    index: string,
    { queries, limit, filter, freshness = 'strong' }: VectorSearch,
    signal?: AbortSignal,
  ): Promise<VectorHit[][]> {
    const isQuiet = freshness !== 'strong' && this.versions.isQuiet(index, freshness.version);
    return this.using(index, signal, async (entry) => {
      checkInteger('limit', limit, 1, MAX_SEARCH_LIMIT);
      if (filter) checkFilter(filter);
      const dsl = filter ? expressionOf(filter) : '';
      queries.forEach((query, i) => checkVector(`query ${i}`, query, index, entry.dimension));
      const size = Math.floor(Math.min(MAX_ANSWER_HITS / limit, MAX_REQUEST_BYTES / (4 * entry.dimension)));
      const answers: VectorHit[][] = [];
      for (const batch of batches(queries, Math.max(1, size))) {
        answers.push(...(await this.searchBatch(entry, batch, { limit, dsl, isQuiet }, signal)));
      }
      return answers;
    });
  }

  async pairs(index: string, search: PairSearch, signal?: AbortSignal): Promise<PairPage> {
    return await pairPage(search, await this.count(index, signal), {
      listIds: (afterId, limit) => this.listIds(index, afterId, limit, signal),
      vectorsOf: (ids) => this.readVectors(index, ids, signal),
      search: (queries, limit) => this.search(index, { queries, limit }, signal),
    });
  }

  async delete(index: string, ids: readonly number[], signal?: AbortSignal): Promise<void> {
    await this.using(index, signal, async ({ collection }) => {
      // An index cannot contain other ids.
      for (const batch of batches(ids.filter(isId), MAX_REQUEST_POINTS)) {
        const request = { collection_name: collection, expr: idsIn(batch) };
        await this.write('Delete', request, index, signal);
      }
    });
  }

  async listIds(index: string, afterId: number, limit: number, signal?: AbortSignal): Promise<number[]> {
    return this.using(index, signal, async ({ collection }) => {
      checkInteger('afterId', afterId, 0, Number.MAX_SAFE_INTEGER);
      checkInteger('limit', limit, 1, Number.MAX_SAFE_INTEGER);
      const query = async (after: number, last: number | undefined, most: number): Promise<number[]> => {
        const request = {
          expr: idsBetween(after, last),
          output_fields: [ID_FIELD],
          query_params: pairs({ limit: most }),
        };
        return this.query(collection, request, this.reading(index, signal));
      };
      return listAscending(query, afterId, limit);
    });
  }

  async count(index: string, signal?: AbortSignal): Promise<number> {
    return this.using(index, signal, async ({ collection }) => {
      const request = { expr: '', output_fields: ['count(*)'] };
      const [count] = await this.query(collection, request, this.reading(index, signal));
      if (count === undefined) throw new Error(`Milvus returned no count of index '${index}'`);
      return count;
    });
  }

  /** A server reads the attributes of all points for it. */
  async countMatching(index: string, filter: Filter, signal?: AbortSignal): Promise<null> {
    return await this.using(index, signal, async () => {
      checkFilter(filter);
      return null;
    });
  }

  async drop(index: string, signal?: AbortSignal): Promise<void> {
    this.check(signal);
    const request = { collection_name: this.collectionOf(index) };
    this.shapes.delete(index);
    try {
      await this.connection.call('DropCollection', request, this.writing(index, signal));
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
  }

  /** A write resolves when it is in the log of the server. */
  async flush(index: string, signal?: AbortSignal): Promise<void> {
    await this.count(index, signal);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.connection.close();
  }

  private async searchBatch(
    { index, collection, indexType }: Entry,
    queries: readonly Float32Array[],
    { limit, dsl, isQuiet }: { readonly limit: number; readonly dsl: string; readonly isQuiet: boolean },
    signal?: AbortSignal,
  ): Promise<VectorHit[][]> {
    const consistency =
      this.settings.searchConsistency === 'strong'
        ? { fields: isQuiet ? BOUNDED : STRONG, seen: null }
        : this.writes.forSearch(index);
    const given = indexType === this.settings.indexType ? this.settings.searchParams : undefined;
    const request = {
      collection_name: collection,
      dsl_type: 'BoolExprV1',
      dsl,
      nq: queries.length,
      placeholder_group: placeholderGroup(queries),
      // Some servers return all fields, vectors included, for an empty list.
      output_fields: [ID_FIELD],
      search_params: pairs({
        anns_field: VECTOR_FIELD,
        topk: limit,
        metric_type: METRIC,
        params: JSON.stringify(searchParams(indexType ?? '', given, limit)),
        round_decimal: -1,
      }),
      ...consistency.fields,
    };
    const { results } = await this.connection.call<SearchAnswer>('Search', request, this.reading(index, signal));
    consistency.seen?.();
    return hitsOf(results, queries.length);
  }

  private async write(method: string, request: object, index: string, signal?: AbortSignal): Promise<void> {
    const { timestamp } = await this.connection.call<{ timestamp: string }>(
      method,
      request,
      this.writing(index, signal),
    );
    this.writes.note(index, timestamp);
  }

  /** The vectors of the ids that exist. */
  private async readVectors(
    index: string,
    ids: readonly number[],
    signal?: AbortSignal,
  ): Promise<Map<number, Float32Array>> {
    return await this.using(index, signal, async ({ collection, dimension }) => {
      const request = {
        ...{ collection_name: collection, expr: idsIn(ids), output_fields: [ID_FIELD, VECTOR_FIELD] },
        ...{ query_params: pairs({ limit: ids.length }), ...STRONG },
      };
      const { fields_data: fields } = await this.connection.call<QueryAnswer>(
        'Query',
        request,
        this.reading(index, signal),
      );
      const found = fields.find(({ field_name: name }) => name === ID_FIELD)?.scalars?.long_data?.data ?? [];
      const numbers = fields.find(({ field_name: name }) => name === VECTOR_FIELD)?.vectors?.float_vector?.data ?? [];
      return new Map(
        found.map((id, i) => [Number(id), Float32Array.from(numbers.slice(i * dimension, (i + 1) * dimension))]),
      );
    });
  }

  private async query(collection: string, request: object, options: MilvusCallOptions): Promise<number[]> {
    const whole = { collection_name: collection, ...request, ...STRONG };
    const { fields_data: fields } = await this.connection.call<QueryAnswer>('Query', whole, options);
    return (fields[0]?.scalars?.long_data?.data ?? []).map(Number);
  }

  /**
   * Runs `work` with the known shape of the collection. If an old shape may have caused a failure, it reads the shape
   * again.
   */
  private async using<T>(
    index: string,
    signal: AbortSignal | undefined,
    work: (entry: Entry) => Promise<T>,
  ): Promise<T> {
    this.check(signal);
    const collection = this.collectionOf(index);
    const known = this.shapes.get(index);
    const describe = async (): Promise<Entry> => {
      const shape = await this.collections.describe(index, collection, signal);
      this.remember(index, shape);
      return { index, collection, ...shape };
    };
    try {
      return await work(known ? { index, collection, ...known } : await describe());
    } catch (error) {
      if (error instanceof NotFoundError) this.shapes.delete(index);
      if (!known || error instanceof WentuError || signal?.aborted) throw error;
      // Another process may have created the index again with another dimension. The checks in `work` then report that.
      this.shapes.delete(index);
      const entry = await describe();
      if (entry.dimension === known.dimension) throw error;
      return work(entry);
    }
  }

  private remember(index: string, shape: CollectionShape): void {
    if (this.shapes.size >= MAX_KNOWN_SHAPES) this.shapes.clear();
    this.shapes.set(index, shape);
  }

  private reading(index: string, signal?: AbortSignal): MilvusCallOptions {
    return { index, timeoutMs: this.settings.timeoutMs, signal };
  }

  private writing(index: string, signal?: AbortSignal): MilvusCallOptions {
    return { index, timeoutMs: this.settings.writeTimeoutMs, signal };
  }

  private collectionOf(index: string): string {
    if (INDEX_NAME.test(index)) return this.settings.collectionPrefix + index;
    throw new InvalidInputError(
      `Milvus does not accept the index name '${index}'; use letters, digits and '_', at most 150`,
    );
  }

  private check(signal?: AbortSignal): void {
    signal?.throwIfAborted();
    if (this.isClosed) throw closedStore();
  }
}

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

/** protobufjs accepts only an array. */
function flat(points: readonly VectorPoint[], dimension: number): number[] {
  const numbers = new Array<number>(points.length * dimension);
  let i = 0;
  for (const { vector } of points) for (const value of vector) numbers[i++] = value;
  return numbers;
}

function hitsOf({ scores, topks, ids }: SearchAnswer['results'], queries: number): VectorHit[][] {
  const found = ids?.int_id?.data ?? [];
  let next = 0;
  return Array.from({ length: queries }, (_, i) => {
    const end = next + Number(topks[i] ?? 0);
    const hits: VectorHit[] = [];
    for (; next < end; next++) {
      // Because of rounding, some engines return distances a little below zero.
      hits.push({ id: Number(found[next]), distance: Math.max(0, scores[next] ?? NaN) });
    }
    return hits.sort((a, b) => a.distance - b.distance || a.id - b.id);
  });
}
