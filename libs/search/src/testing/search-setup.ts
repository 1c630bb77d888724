import {
  NO_FACTS,
  NO_OWN,
  type Collection,
  type CollectionSpace,
  type Freshness,
  type EmbeddedImage,
  type ModelInfo,
  type TextEncoder,
  type TextEncoders,
  type TextExplainer,
  type VectorHit,
} from '@wentu/domain';
import type { SearchedVectors } from '../ranked-search';
import type { SearchMeasures, SearchPage } from '../search-page';
import { Searcher } from '../searcher';

const model: ModelInfo = {
  name: 'm',
  space: 's',
  dimension: 2,
  imageSize: 8,
  contextLength: 52,
  logitScale: 4.6,
  preprocessing: 'p',
};
/** An empty collection of the space `s`, whose vectors are angles. */
export const collection: Collection = {
  id: 1,
  name: 'c',
  activeSpace: { id: 4, model: 'm', space: 's', dimension: 2 },
  imageCount: 0,
  sizeBytes: 0,
  createdAt: new Date(0),
};
export const angle = (radians: number): Float32Array => Float32Array.of(Math.cos(radians), Math.sin(radians));

export function row(
  id: number,
  radians: number,
  state: EmbeddedImage['state'] = 'READY',
  imageId = `i${id}`,
  contentHash = `h${id}`,
): EmbeddedImage {
  const rest = {
    contentHash,
    mimeType: 'image/png',
    width: 1,
    height: 1,
    sizeBytes: 1,
    original: { kind: 'copied' } as const,
    facts: NO_FACTS,
    own: NO_OWN,
  };
  return { id, collectionId: 1, imageId, state, vector: angle(radians), ...rest };
}

/** Distances in float32, as an index computes them; large for ids without a row. */
function distanceTo(query: Float32Array | undefined, found: EmbeddedImage | undefined): number {
  if (!query || !found) return 4;
  return Math.fround(found.vector.reduce((sum, value, i) => sum + (value - (query[i] ?? 0)) ** 2, 0));
}

const byDistance = (a: VectorHit, b: VectorHit): number => a.distance - b.distance;

type Encoder = TextEncoder & TextExplainer;

/** Each text has its own angle in each space, and each model knows different words. */
const encoderOf = (info: ModelInfo, angles: Record<string, number>): Encoder => ({
  model: info,
  encodeTexts: async (texts) => texts.map((text) => angle(angles[text] ?? 0)),
  explainTexts: async (texts) =>
    texts.map((text) => ({ understood: true, unknownWords: [info.name], usedText: text, ignoredText: '' })),
});
const own = encoderOf(model, { 草: 1 });
const second = encoderOf({ ...model, name: 'm2', space: 's2', logitScale: 0 }, { 狗: 0.3, 草: -1 });
export const encoders = {
  own,
  of: async ({ space }) => (space === 's' ? own : space === 's2' ? second : null),
} satisfies TextEncoders;
export const ofSecond: Collection = { ...collection, activeSpace: { id: 4, model: 'm2', space: 's2', dimension: 2 } };

/** An image without an embedding in the space of the collection. */
export const HIDDEN = 'hidden';

interface Options {
  readonly unsettled?: number;
  readonly reencodingId?: number;
  readonly attributesVersion?: number;
  readonly isOrdered?: boolean;
  readonly collection?: Collection;
  readonly spaces?: CollectionSpace[];
  readonly line?: number | null;
  readonly nearSimilarity?: number;
}

/** Fakes at the ports: the given rows, and an index that answers with the given ids, in that order or nearest first. */
export function setUp(rows: EmbeddedImage[], indexed: number[], options: Options = {}) {
  const limits: number[] = [];
  const read: number[] = [];
  const freshness: (Freshness | undefined)[] = [];
  const reader = {
    collections: {
      find: async (name: string) => (name === 'c' ? (options.collection ?? collection) : null),
      list: async () => [],
      findById: async (id: number) => (id === 1 ? (options.collection ?? collection) : null),
      listSpaces: async () =>
        options.spaces ?? [
          {
            ...(options.collection ?? collection).activeSpace,
            imageCount: rows.filter(({ state }) => state === 'READY').length,
          },
        ],
    },
    images: {
      settlement: async () => ({
        unsettled: options.unsettled ?? 0,
        reencodingId: options.reencodingId ?? 0,
        attributesVersion: options.attributesVersion ?? 0,
        newestId: Math.max(1, ...rows.filter(({ state }) => state === 'READY').map(({ id }) => id)),
      }),
      get: async (ids: readonly number[]) => rows.filter(({ id }) => ids.includes(id)),
      getEmbedded: async (spaceId: number, ids: readonly number[]) => {
        expect(spaceId).toBe(4);
        read.push(...ids);
        return rows.filter(({ id }) => ids.includes(id));
      },
      findEmbedded: async (_id: number, _spaceId: number, imageIds: readonly string[]) =>
        rows.filter((r) => r.state === 'READY' && imageIds.includes(r.imageId)),
      find: async (_id: number, imageId: string) => (imageId === HIDDEN ? row(99, 0, 'READY', HIDDEN) : null),
    },
  } satisfies ConstructorParameters<typeof Searcher>[0];
  const vectors = {
    search: async (index, { queries: [query], limit, freshness: wanted }) => {
      expect(index).toBe('w3_1_4');
      limits.push(limit);
      freshness.push(wanted);
      const row = (id: number): EmbeddedImage | undefined => rows.find((one) => one.id === id);
      const entries = indexed.map((id) => ({ id, distance: distanceTo(query, row(id)) }));
      return [(options.isOrdered ? entries.sort(byDistance) : entries).slice(0, limit)];
    },
    countMatching: async () => null,
  } satisfies SearchedVectors;
  const measures = {
    lineOf: async (text, searched) => {
      expect([text, searched]).toMatchObject([expect.any(Float32Array), [{ id: 1 }]]);
      return options.line === undefined || options.line === null ? null : { line: options.line, mean: -1 };
    },
    nearSimilarityOf: async () => options.nearSimilarity ?? 0.99,
  } satisfies SearchMeasures;
  const searcher = new Searcher(reader, vectors, encoders, { maxTextLength: 10, maxTexts: 3 }, measures);
  return { searcher, limits, read, freshness, reader, vectors, measures };
}

export const ids = ({ hits }: SearchPage): number[] => hits.map(({ hit: { image } }) => image.id);
