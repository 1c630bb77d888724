import {
  IndexMismatchError,
  InvalidInputError,
  MAX_SEARCH_LIMIT,
  NotFoundError,
  UnavailableError,
  WentuError,
  type Collection,
  type ImageRowWithEmbedding,
  type MetadataReader,
  type TextEncoder,
  type VectorHit,
  type VectorStore,
} from '@wentu/domain';
import { findDefaultCollection } from './default-collection';
import { FoundImages, type SearchHit } from './found-images';
import { indexName } from './index-name';
import { checkText, checkTexts, rankTexts, type TextLimits, type TextProbability } from './rank-texts';
import { describeSpaces } from './space';
import { Stillness } from './stillness';
import { dot, similarityAndDistance } from './vectors';

export interface SearchLimits extends TextLimits {
  readonly maxTopK: number;
}

/** What is looked for: a text, a picture that is in the collection, or another one. */
export type Sought =
  | { readonly text: string }
  | { readonly imageId: string }
  /** L2-normalised, of the model's space. */
  | { readonly vector: Float32Array };

export interface FindOptions {
  /** Images like this text go to the end. */
  readonly avoid?: string;
  /** Less similar images are left out. */
  readonly minSimilarity?: number;
}

/** How many rows are on their way, and whether none has come for a while. */
interface Settled {
  readonly unsettled: number;
  readonly isQuiet: boolean;
}

/** How much being like what is to be avoided counts, against being like what is sought. */
const AVOIDED = 0.5;

/** Finds the images nearest to a text. The index proposes, the rows decide: what is shown and with which distance. */
export class Searcher {
  private readonly stillness = new Stillness();

  constructor(
    private readonly reader: MetadataReader,
    private readonly vectors: Pick<VectorStore, 'search'>,
    private readonly encoder: TextEncoder,
    private readonly limits: SearchLimits,
  ) {}

  /** To be told when entries were written to an index without new rows, as a repair does. */
  stir(): void {
    this.stillness.stir();
  }

  /**
   * The collection that is meant.
   * @param name null: none was named
   * @returns its name in NFC, whether it exists or not
   */
  async whereToSearch(name: string | null | undefined): Promise<string> {
    return name?.normalize('NFC') ?? (await findDefaultCollection(this.reader));
  }

  /** Nearest first, equal distances by id. */
  async search(text: string, collectionName: string, topK: number, signal?: AbortSignal): Promise<SearchHit[]> {
    checkText(text, this.limits);
    if (!Number.isInteger(topK) || topK < 1 || topK > this.limits.maxTopK) {
      throw new InvalidInputError(`topK is ${topK}; give a whole number from 1 to ${this.limits.maxTopK}`);
    }
    const collection = await this.findSearchable(collectionName);
    const [query] = await this.encoder.encodeTexts([text], signal);
    return await this.nearest(collection, query as Float32Array, topK, await this.settlementOf(collection), signal);
  }

  /**
   * Best first. With `avoid` that is not by similarity alone: half of the similarity to what is to be avoided is taken off. A picture that is in the
   * collection does not find itself. Rows are read as far as is needed to know how many hits there are.
   */
  async find(
    sought: Sought,
    collectionName: string,
    limit: number,
    { avoid, minSimilarity = -1 }: FindOptions,
    signal?: AbortSignal,
  ): Promise<FoundImages> {
    if ('text' in sought) checkText(sought.text, this.limits);
    if (avoid !== undefined) checkText(avoid, this.limits);
    if (!(minSimilarity >= -1 && minSimilarity <= 1))
      throw new InvalidInputError(`minSimilarity is ${minSimilarity}; give a cosine from -1 to 1`);
    const collection = await this.findSearchable(collectionName);
    const { vector, self } = await this.vectorOf(sought, collection, signal);
    const ranking = avoid === undefined ? vector : await this.awayFrom(avoid, vector, signal);
    const most = self === null ? limit : limit + 1;
    const isHit = ({ image, similarity }: SearchHit): boolean => image.id !== self && similarity >= minSimilarity;
    // Whether they are hits is in the rows.
    const settlement = await this.settlementOf(collection);
    if (minSimilarity > -1 || settlement.unsettled > 0) {
      const hits = await this.nearest(collection, ranking, most, settlement, signal, vector);
      return new FoundImages(hits.filter(isHit).slice(0, limit));
    }
    const proposed = await this.ask(collection, ranking, most, settlement.isQuiet, signal);
    const ids = proposed.map(({ id }) => id).filter((id) => id !== self);
    const read = async (some: readonly number[]): Promise<SearchHit[]> =>
      await this.rank(collection, some, ranking, vector);
    return new FoundImages([], ids.slice(0, limit), read);
  }

  private async vectorOf(
    sought: Sought,
    collection: Collection,
    signal: AbortSignal | undefined,
  ): Promise<{ vector: Float32Array; self: number | null }> {
    if ('vector' in sought) return { vector: sought.vector, self: null };
    if ('text' in sought) {
      const [vector] = await this.encoder.encodeTexts([sought.text], signal);
      return { vector: vector as Float32Array, self: null };
    }
    const [image] = await this.reader.findImages(collection.id, [sought.imageId]);
    if (image) return { vector: image.embedding, self: image.id };
    throw new NotFoundError(
      `no image ${JSON.stringify(sought.imageId)} in collection ${JSON.stringify(collection.name)}`,
    );
  }

  /** A unit vector again; ranking by it is ranking by `vector·x − AVOIDED · avoid·x`, so every index can. */
  private async awayFrom(avoid: string, vector: Float32Array, signal: AbortSignal | undefined): Promise<Float32Array> {
    const [unwanted] = await this.encoder.encodeTexts([avoid], signal);
    const away = vector.map((value, i) => value - AVOIDED * (unwanted?.[i] ?? 0));
    const norm = Math.sqrt(dot(away, away));
    // Both the same and the factor 1 would leave nothing; with a half there is always something.
    return away.map((value) => value / norm);
  }

  /** Zero-shot: how probable each text is for one image, against the others given. */
  async rankTexts(
    texts: readonly string[],
    collectionName: string,
    imageId: string,
    signal?: AbortSignal,
  ): Promise<TextProbability[]> {
    checkTexts(texts, this.limits);
    const collection = await this.findSearchable(collectionName);
    const [image] = await this.reader.findImages(collection.id, [imageId]);
    if (!image)
      throw new NotFoundError(`no image ${JSON.stringify(imageId)} in collection ${JSON.stringify(collectionName)}`);
    return await rankTexts(texts, image.embedding, this.encoder, signal);
  }

  private async nearest(
    collection: Collection,
    query: Float32Array,
    topK: number,
    { unsettled, isQuiet }: Settled,
    signal: AbortSignal | undefined,
    shown = query,
  ): Promise<SearchHit[]> {
    // What is in flight may take places in the index's answer without being shown: ask for that many more.
    let limit = topK + unsettled;
    for (;;) {
      limit = Math.min(limit, MAX_SEARCH_LIMIT);
      const found = await this.ask(collection, query, limit, isQuiet, signal);
      const ids = found.map((hit) => hit.id);
      const hits = await this.rank(collection, ids, query, shown);
      if (hits.length >= topK || found.length < limit || limit === MAX_SEARCH_LIMIT) return hits.slice(0, topK);
      limit *= 2;
    }
  }

  /** By the distance from the query; what is told is the distance from what is shown. */
  private async rank(
    collection: Collection,
    ids: readonly number[],
    query: Float32Array,
    shown: Float32Array,
  ): Promise<SearchHit[]> {
    return (await this.currentRows(collection, ids))
      .map((row) => ({ row, rank: similarityAndDistance(query, row.embedding).distance }))
      .sort((a, b) => a.rank - b.rank || a.row.id - b.row.id)
      .map(({ row: { embedding, ...image } }) => ({ ...similarityAndDistance(shown, embedding), image }));
  }

  private async ask(
    collection: Collection,
    query: Float32Array,
    limit: number,
    isQuiet: boolean,
    signal: AbortSignal | undefined,
  ): Promise<VectorHit[]> {
    try {
      const [found = []] = await this.vectors.search(indexName(collection.id), [query], limit, isQuiet, signal);
      return found;
    } catch (error) {
      if (!(error instanceof WentuError && error.code === 'NOT_FOUND')) throw error;
      // The collection is being dropped, or was made a moment ago and has no index yet.
      const found = await this.reader.findCollectionById(collection.id);
      if (!found) throw noCollection(collection.name);
      if (found.imageCount === 0) return [];
      throw new UnavailableError(
        `the index of collection ${JSON.stringify(collection.name)} is not there, though its images are; ` +
          `it is made again from them by wentu repair, or the next start`,
        { cause: error },
      );
    }
  }

  private async settlementOf({ id }: Collection): Promise<Settled> {
    const { unsettled, newestId } = await this.reader.settlement(id);
    return { unsettled, isQuiet: this.stillness.isQuiet(id, newestId) };
  }

  /** READY rows of these ids; for a version that was replaced since the index answered, the one that took its place. */
  private async currentRows(collection: Collection, ids: readonly number[]): Promise<ImageRowWithEmbedding[]> {
    const rows = (await this.reader.getImages(ids)).filter((row) => row.collectionId === collection.id);
    const current = new Map(rows.filter((row) => row.state === 'READY').map((row) => [row.id, row]));
    const replaced = rows.filter((row) => row.state === 'TOMBSTONE').map((row) => row.imageId);
    if (replaced.length > 0) {
      for (const row of await this.reader.findImages(collection.id, replaced)) current.set(row.id, row);
    }
    return [...current.values()];
  }

  private async findSearchable(name: string): Promise<Collection> {
    const collection = await this.reader.findCollection(name.normalize('NFC'));
    if (!collection) throw noCollection(name);
    const { name: model, space, dimension } = this.encoder.model;
    if (collection.space === space) return collection;
    const [held, own] = describeSpaces(collection, { model, space, dimension });
    throw new IndexMismatchError(
      `collection ${JSON.stringify(collection.name)} holds ${held}; this server makes ${own}. ${wayOut(collection, model)}`,
    );
  }
}

function wayOut({ model, space }: Collection, own: string): string {
  const anew = 'load the pictures into a new collection';
  if (model === own) return `Start it with the model that made those (WENTU_MODEL=FOLDER), or ${anew}`;
  if (space === model)
    return `They were loaded as features of a model that was not installed then: install it, and load them into a new collection, or ${anew}`;
  return `Start it with WENTU_MODEL=${model} (or choose that: wentu model use ${model}), or ${anew}`;
}

function noCollection(name: string): NotFoundError {
  return new NotFoundError(`no collection ${JSON.stringify(name)}; the query "collections" lists those there are`);
}
