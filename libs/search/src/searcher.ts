import {
  InvalidInputError,
  noCollection,
  noImage,
  type Collection,
  type CollectionReader,
  type EmbeddingSpace,
  type ImageReader,
  type TextEncoder,
  type TextEncoders,
  type TextExplainer,
  type TextUnderstanding,
  type VectorStore,
} from '@wentu/domain';
import { findDefaultCollection } from './default-collection';
import { checkText, checkTexts, rankTexts, type TextLimits, type TextProbability } from './rank-texts';
import { readCursor, searchDigest, writeCursor, type SearchPosition } from './search-cursor';
import { RankedSearch, type SearchHit } from './ranked-search';
import { noModelFor } from './space';
import { dot } from './vectors';

/** The query: a text, an image of the collection, or another picture. */
export type SearchTarget =
  | { readonly text: string }
  | { readonly imageId: string }
  /** `key` identifies the picture. */
  | { readonly encode: EncodePicture; readonly key: string };

/** Encodes a picture in a space. The vector is L2-normalised. */
export type EncodePicture = (space: EmbeddingSpace, signal?: AbortSignal) => Promise<Float32Array>;

export interface PageOptions {
  /** Number of hits per page: 1 to MAX_RESULTS. */
  readonly first: number;
  /** Cursor of the last hit of the previous page. */
  readonly after?: string;
  /** Images that are similar to this text are moved to the end. */
  readonly avoid?: string;
  /** Images with a smaller cosine are left out. */
  readonly minSimilarity?: number;
}

export interface SearchPage {
  /** Name of the collection that was searched. */
  readonly collection: string;
  readonly hits: readonly { readonly hit: SearchHit; readonly cursor: string }[];
  /** Number of hits in all pages. */
  readonly total: number;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/** Largest number of hits in all pages of one search. */
export const MAX_RESULTS = 1_000;

/** The part of the metadata store that searches read. */
interface SearchReader {
  readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById'>;
  readonly images: Pick<ImageReader, 'settlement' | 'getEmbedded' | 'findEmbedded'>;
}

/** Weight of the similarity to the text to avoid, relative to the similarity to the query. */
const AVOIDED = 0.5;

/**
 * Finds the images nearest to a query. The index proposes candidates. The rows decide which are shown, and their
 * distances. Callers pass names of collections and ids of images in NFC: `normalName`.
 */
export class Searcher {
  private readonly ranked: RankedSearch;

  constructor(
    private readonly reader: SearchReader,
    vectors: Pick<VectorStore, 'search'>,
    private readonly encoders: TextEncoders,
    private readonly limits: TextLimits,
  ) {
    this.ranked = new RankedSearch(reader, vectors);
  }

  /** Call it after a repair, which changes the index without new rows. */
  noteRepair(): void {
    this.ranked.noteRepair();
  }

  /** Nearest first, equal distances by id. */
  async search(text: string, collectionName: string, topK: number, signal?: AbortSignal): Promise<SearchHit[]> {
    checkText(text, this.limits);
    const collection = await this.findCollection(collectionName);
    const vector = await this.encode(text, collection, signal);
    const query = { collection, ranking: vector, shown: vector, self: null, minSimilarity: -1 };
    const settlement = await this.ranked.settlementOf(collection);
    const { hits } = await this.ranked.find(query, { wanted: topK, most: topK, settlement }, signal);
    return hits.slice(0, topK).map(({ hit }) => hit);
  }

  /**
   * One page of a search for at most MAX_RESULTS hits, best first. With `avoid`, half of the similarity to that text is
   * subtracted from the similarity that orders the hits. An image of the collection does not find itself. Consecutive
   * pages neither repeat nor miss an image, also while the collection changes. Images that were added after the first
   * page are left out.
   * @param collectionName null: the collection of the cursor, or the default collection
   * @throws InvalidInputError when the cursor belongs to another search
   */
  async page(
    target: SearchTarget,
    collectionName: string | null,
    { first, after, avoid, minSimilarity = -1 }: PageOptions,
    signal?: AbortSignal,
  ): Promise<SearchPage> {
    if ('text' in target) checkText(target.text, this.limits);
    if (avoid !== undefined) checkText(avoid, this.limits);
    if (!(minSimilarity >= -1 && minSimilarity <= 1))
      throw new InvalidInputError(`minSimilarity is ${minSimilarity}; give a cosine from -1 to 1`);
    const from = after === undefined ? null : readCursor(after);
    const collection = await this.findPaged(collectionName, from);
    const digest = searchDigest([
      collection.id,
      collection.activeSpace.space,
      keyOf(target),
      avoid ?? null,
      minSimilarity,
    ]);
    if (from && !digest.equals(from.digest)) {
      throw new InvalidInputError(
        'the cursor in after belongs to another search; repeat the arguments of that search, or leave after out',
      );
    }
    const { vector, self } = await this.vectorOf(target, collection, signal);
    const ranking = avoid === undefined ? vector : awayFrom(await this.encode(avoid, collection, signal), vector);
    const query = { collection, ranking, shown: vector, self, minSimilarity };
    const settlement = await this.ranked.settlementOf(collection);
    // Only the rows tell how many candidates are hits, so the first page reads and counts all of them.
    const counts = from === null && (minSimilarity > -1 || settlement.unsettled > 0);
    const before = from?.shown ?? 0;
    const wanted = counts ? MAX_RESULTS : Math.min(first + 1, MAX_RESULTS - before);
    const { hits, candidates } = await this.ranked.find(query, { wanted, most: MAX_RESULTS, settlement, from }, signal);
    const total = from?.total ?? Math.min(MAX_RESULTS, counts ? hits.length : candidates);
    const shown = hits.slice(0, Math.min(first, MAX_RESULTS - before));
    const newestId = from?.newestId ?? settlement.newestId;
    return {
      collection: collection.name,
      hits: shown.map(({ hit, rank }, i) => ({
        hit,
        cursor: writeCursor(
          { collectionId: collection.id, newestId, distance: rank, id: hit.image.id, shown: before + i + 1, total },
          digest,
        ),
      })),
      total,
      hasPreviousPage: before > 0,
      hasNextPage: hits.length > shown.length && before + shown.length < MAX_RESULTS,
    };
  }

  private async vectorOf(
    target: SearchTarget,
    collection: Collection,
    signal: AbortSignal | undefined,
  ): Promise<{ vector: Float32Array; self: number | null }> {
    if ('text' in target) return { vector: await this.encode(target.text, collection, signal), self: null };
    if ('encode' in target) {
      await this.encoderOf(collection);
      return { vector: await target.encode(collection.activeSpace, signal), self: null };
    }
    // The vector of a stored image needs no model.
    const [image] = await this.reader.images.findEmbedded(collection.id, collection.activeSpace.id, [target.imageId]);
    if (image) return { vector: image.vector, self: image.id };
    throw noImage(target.imageId, collection.name);
  }

  private async encode(text: string, collection: Collection, signal: AbortSignal | undefined): Promise<Float32Array> {
    const [vector] = await (await this.encoderOf(collection)).encodeTexts([text], signal);
    return vector as Float32Array;
  }

  /** @throws IndexMismatchError when no installed model makes the collection's embeddings */
  private async encoderOf(collection: Collection): Promise<TextEncoder & TextExplainer> {
    const encoder = await this.encoders.of(collection.activeSpace);
    if (encoder) return encoder;
    throw noModelFor(collection);
  }

  /** Whether an installed model makes the embeddings of the collection. */
  async isSearchable({ activeSpace }: Pick<Collection, 'activeSpace'>): Promise<boolean> {
    return (await this.encoders.of(activeSpace)) !== null;
  }

  /**
   * Explains which parts of a text the model of a collection reads.
   * @param collectionName null: the default collection; without any collection, the model of the server is used
   */
  async explainText(text: string, collectionName: string | null): Promise<TextUnderstanding> {
    checkText(text, this.limits);
    const { collections } = this.reader;
    const collection =
      collectionName === null
        ? await collections.find(await findDefaultCollection(collections))
        : await this.findCollection(collectionName);
    const encoder = collection ? await this.encoderOf(collection) : this.encoders.own;
    const [understanding] = await encoder.explainTexts([text]);
    return understanding as TextUnderstanding;
  }

  /** Zero-shot: the probability of each text for one image, relative to the other given texts. */
  async rankTexts(
    texts: readonly string[],
    collectionName: string,
    imageId: string,
    signal?: AbortSignal,
  ): Promise<TextProbability[]> {
    checkTexts(texts, this.limits);
    const collection = await this.findCollection(collectionName);
    const encoder = await this.encoderOf(collection);
    const [image] = await this.reader.images.findEmbedded(collection.id, collection.activeSpace.id, [imageId]);
    if (!image) throw noImage(imageId, collectionName);
    return await rankTexts(texts, image.vector, encoder, signal);
  }

  private async findPaged(name: string | null, from: SearchPosition | null): Promise<Collection> {
    if (name !== null) return await this.findCollection(name);
    const paged = from && (await this.reader.collections.findById(from.collectionId));
    return paged ?? (await this.findCollection(await findDefaultCollection(this.reader.collections)));
  }

  private async findCollection(name: string): Promise<Collection> {
    const collection = await this.reader.collections.find(name);
    if (collection) return collection;
    throw noCollection(name);
  }
}

/**
 * Returns a unit vector. Its order of images is that of `vector·x − AVOIDED · unwanted·x`, so every index can search
 * with it.
 */
function awayFrom(unwanted: Float32Array, vector: Float32Array): Float32Array {
  const away = vector.map((value, i) => value - AVOIDED * (unwanted[i] ?? 0));
  const norm = Math.sqrt(dot(away, away));
  // If both vectors are equal, a factor of 1 would leave the zero vector. AVOIDED is below 1, so the norm is never 0.
  return away.map((value) => value / norm);
}

function keyOf(target: SearchTarget): readonly string[] {
  if ('text' in target) return ['text', target.text];
  return 'imageId' in target ? ['imageId', target.imageId] : ['picture', target.key];
}
