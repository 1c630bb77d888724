import { setTimeout as sleep } from 'node:timers/promises';
import { IndexMismatchError, NotFoundError, UnavailableError } from '@wentu/domain';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { ATTRIBUTES_FIELD } from './filter-expression';
import { ID_FIELD } from './id-filter';
import { buildParams } from './index-types';
import type { MilvusCallOptions, MilvusConnection } from './milvus-connection';
import { MilvusRefusal, PUBLIC_MESSAGE } from './milvus-errors';
import type { MilvusSettings } from './milvus-options';

export const VECTOR_FIELD = 'embedding';
export const METRIC = 'L2';
const LOAD_POLL_MS = 100;
const INDEX_NOT_FOUND = 700;

interface Pair {
  readonly key: string;
  readonly value: string;
}
interface Description {
  readonly schema: {
    readonly fields: readonly {
      readonly name: string;
      readonly data_type: string;
      readonly is_primary_key: boolean;
      readonly autoID: boolean;
      readonly type_params: readonly Pair[];
    }[];
  };
}
interface IndexDescription {
  readonly index_descriptions: readonly { readonly field_name: string; readonly params: readonly Pair[] }[];
}

/** Properties of the collection of an index. */
export interface CollectionShape {
  readonly dimension: number;
  /** The name that the server gives; null when no index has been built. */
  readonly indexType: string | null;
}

const MAX_TRIES = 3;

/** Creates, repairs and describes the Milvus collections of indexes. */
export class MilvusCollections {
  constructor(
    private readonly connection: MilvusConnection,
    private readonly settings: MilvusSettings,
  ) {}

  /**
   * @param index the name in Wentu
   * @param collection the name in Milvus
   * @throws NotFoundError; IndexMismatchError when the collection is not an index of Wentu
   */
  async describe(index: string, collection: string, signal?: AbortSignal): Promise<CollectionShape> {
    const options = { index, timeoutMs: this.settings.timeoutMs, signal };
    const request = { collection_name: collection };
    const { schema } = await this.connection.call<Description>('DescribeCollection', request, options);
    const dimension = dimensionOf(schema.fields);
    if (dimension === null)
      throw this.foreign(index, collection, `its fields are ${schema.fields.map(named).join(', ')}`);
    const params = await this.indexParams(collection, options);
    const metric = params?.get('metric_type') ?? METRIC;
    if (metric !== METRIC) throw this.foreign(index, collection, `its metric is ${metric}, not ${METRIC}`);
    return { dimension, indexType: params?.get('index_type') ?? null };
  }

  /** Creates the collection and its index and loads it, as far as that is missing. @throws IndexMismatchError */
  async ensure(index: string, collection: string, dimension: number, signal?: AbortSignal): Promise<CollectionShape> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.create(index, collection, dimension, signal);
      } catch (error) {
        // The collection was dropped meanwhile, or the server does not yet show a collection that another process has
        // created.
        if (!(error instanceof NotFoundError) || tries === MAX_TRIES) throw error;
      }
    }
  }

  private async create(
    index: string,
    collection: string,
    dimension: number,
    signal: AbortSignal | undefined,
  ): Promise<CollectionShape> {
    const options = { index, timeoutMs: this.settings.writeTimeoutMs, signal };
    let shape = await this.describeOrCreate(index, collection, dimension, options);
    if (shape.dimension !== dimension) {
      throw new IndexMismatchError(
        `index '${index}' has dimension ${shape.dimension}, not ${dimension}; drop it, and fill it from the rows again`,
      );
    }
    if (shape.indexType === null) {
      await this.createIndex(collection, options);
      shape = await this.describe(index, collection, signal);
    }
    await this.load(collection, options);
    return shape;
  }

  private async describeOrCreate(
    index: string,
    collection: string,
    dimension: number,
    options: MilvusCallOptions,
  ): Promise<CollectionShape> {
    try {
      return await this.describe(index, collection, options.signal);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
    }
    const request = {
      collection_name: collection,
      consistency_level: 'Strong' as const,
      fields: [
        { name: ID_FIELD, data_type: DataType.Int64, is_primary_key: true, autoID: false },
        { name: VECTOR_FIELD, data_type: DataType.FloatVector, dim: dimension },
        { name: ATTRIBUTES_FIELD, data_type: DataType.JSON },
      ],
    };
    await ignoreIfExists(this.connection.createCollection(request, options));
    return this.describe(index, collection, options.signal);
  }

  private async createIndex(collection: string, options: MilvusCallOptions): Promise<void> {
    const { indexType, indexParams } = this.settings;
    const request = {
      collection_name: collection,
      field_name: VECTOR_FIELD,
      index_name: VECTOR_FIELD,
      extra_params: pairs({
        index_type: indexType,
        metric_type: METRIC,
        params: JSON.stringify(buildParams(indexType, indexParams)),
      }),
    };
    await ignoreIfExists(this.connection.call('CreateIndex', request, options));
  }

  private async load(collection: string, options: MilvusCallOptions): Promise<void> {
    const deadline = performance.now() + options.timeoutMs;
    const isLoaded = async (): Promise<boolean> => {
      const request = { collection_name: collection };
      const { state } = await this.connection.call<{ state: string }>('GetLoadState', request, options);
      return state === 'LoadStateLoaded';
    };
    if (await isLoaded()) return;
    const request = { collection_name: collection, replica_number: this.settings.replicas };
    await this.connection.call('LoadCollection', request, options);
    while (!(await isLoaded())) {
      if (performance.now() > deadline) {
        throw new UnavailableError(
          `Milvus at ${this.settings.address} has not loaded index '${options.index}' within ${options.timeoutMs} ms; ` +
            'check that its query nodes are running and have free memory',
          { publicMessage: PUBLIC_MESSAGE },
        );
      }
      await sleep(LOAD_POLL_MS);
    }
  }

  private async indexParams(collection: string, options: MilvusCallOptions): Promise<Map<string, string> | null> {
    const request = { collection_name: collection, field_name: VECTOR_FIELD };
    try {
      const answer = await this.connection.call<IndexDescription>('DescribeIndex', request, options);
      const found = answer.index_descriptions.find(({ field_name: name }) => name === VECTOR_FIELD);
      return found ? new Map(found.params.map(({ key, value }) => [key, value])) : null;
    } catch (error) {
      if (isRefusal(error) && error.cause.code === INDEX_NOT_FOUND) return null;
      throw error;
    }
  }

  private foreign(index: string, collection: string, difference: string): IndexMismatchError {
    return new IndexMismatchError(
      `the collection '${collection}' in Milvus is not Wentu's index '${index}': ${difference}; ` +
        'drop it, or use another database or collection prefix',
    );
  }
}

export function pairs(values: Readonly<Record<string, string | number>>): Pair[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: String(value) }));
}

/**
 * Ignores the refusal to create something that another process has just created. Each server words it differently. The
 * caller then reads what exists.
 */
async function ignoreIfExists(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!isRefusal(error) || !/exist|duplicate|distinct index/i.test(error.cause.message)) throw error;
  }
}

function isRefusal(error: unknown): error is Error & { cause: MilvusRefusal } {
  return error instanceof Error && error.cause instanceof MilvusRefusal;
}

/** @returns null when the fields are not those of an index */
function dimensionOf(fields: Description['schema']['fields']): number | null {
  const id = fields.find(({ name }) => name === ID_FIELD);
  const vector = fields.find(({ name }) => name === VECTOR_FIELD);
  const attributes = fields.find(({ name }) => name === ATTRIBUTES_FIELD);
  if (!id || !vector || attributes?.data_type !== 'JSON') return null;
  if (id.data_type !== 'Int64' || !id.is_primary_key || id.autoID || vector.data_type !== 'FloatVector') return null;
  const dimension = Number(vector.type_params.find(({ key }) => key === 'dim')?.value);
  return Number.isSafeInteger(dimension) ? dimension : null;
}

function named({ name, data_type: type, autoID }: Description['schema']['fields'][number]): string {
  return `${name} ${type}${autoID ? ' (autoID)' : ''}`;
}
