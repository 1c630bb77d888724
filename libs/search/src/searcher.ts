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

/** What is looked for: a text, a picture that is in the collection, or another one. */
export type SearchTarget =
  | { readonly text: string }
  | { readonly imageId: string }
  /** `key` is the same for the same picture, and tells it from others. */
  | { readonly encode: EncodePicture; readonly key: string };

/** The vector of a picture in the space, L2-normalised. */
export type EncodePicture = (space: EmbeddingSpace, signal?: AbortSignal) => Promise<Float32Array>;

export interface PageOptions {
  /** Hits of one page: 1 to MAX_RESULTS. */
  readonly first: number;
  /** The cursor of the last hit that is known. */
  readonly after?: string;
  /** Images like this text go to the end. */
  readonly avoid?: string;
  /** Less similar images are left out. */
  readonly minSimilarity?: number;
}

export interface SearchPage {
  /** That was searched. */
  readonly collection: string;
  readonly hits: readonly { readonly hit: SearchHit; readonly cursor: string }[];
  /** In all pages. */
  readonly total: number;
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/** Hits in all pages of one search. */
export const MAX_RESULTS = 1_000;

/** As much of the metadata store as searches read. */
interface SearchReader {
  readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById'>;
  readonly images: Pick<ImageReader, 'settlement' | 'getEmbedded' | 'findEmbedded'>;
}

/** How much being like what is to be avoided counts, against being like the target of the search. */
const AVOIDED = 0.5;

/**
 * Finds the images nearest to a text. The index proposes, the rows decide: what is shown and with which distance. Names
 * of collections and ids of images come in NFC: `normalName`.
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

  /** To be called after a repair: it writes entries to an index without new rows. */
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
   * One page of a search for at most MAX_RESULTS hits, best first. With `avoid` that is not by similarity alone: half
   * of the similarity to what is to be avoided is taken off. A picture of the collection does not find itself. Pages
   * follow each other without repeating or missing an image, also while the collection changes; those that were added
   * after the first page are left out.
   * @param collectionName null: that of the cursor, else the default one
   * @throws InvalidInputError when the cursor is that of another search
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
        'the cursor in after is that of another search; give the arguments of its search again, or leave it out',
      );
    }
    const { vector, self } = await this.vectorOf(target, collection, signal);
    const ranking = avoid === undefined ? vector : awayFrom(await this.encode(avoid, collection, signal), vector);
    const query = { collection, ranking, shown: vector, self, minSimilarity };
    const settlement = await this.ranked.settlementOf(collection);
    // Whether all candidates are hits is in their rows: the first page counts them.
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
    // Needs no model.
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
   * What the model of a collection reads in a text. @param collectionName null: the one that is searched when none is
   * named; the server's own model where there is none
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

  /** Zero-shot: how probable each text is for one image, against the others given. */
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

/** A unit vector again; ranking by it is ranking by `vector·x − AVOIDED · unwanted·x`, so every index can. */
function awayFrom(unwanted: Float32Array, vector: Float32Array): Float32Array {
  const away = vector.map((value, i) => value - AVOIDED * (unwanted[i] ?? 0));
  const norm = Math.sqrt(dot(away, away));
  // Both the same and the factor 1 would leave nothing; with a half there is always something.
  return away.map((value) => value / norm);
}

function keyOf(target: SearchTarget): readonly string[] {
  if ('text' in target) return ['text', target.text];
  return 'imageId' in target ? ['imageId', target.imageId] : ['picture', target.key];
}
