/** The index types that Milvus can build. With AUTOINDEX the server chooses. */
export const INDEX_TYPES = ['FLAT', 'HNSW', 'IVF_FLAT', 'IVF_SQ8', 'AUTOINDEX'] as const;
export type IndexType = (typeof INDEX_TYPES)[number];

export type IndexParams = Readonly<Record<string, number>>;

// docs/decisions/0003-milvus-defaults.md has the recall and the times behind these numbers.
const BUILD: Readonly<Record<IndexType, IndexParams>> = {
  FLAT: {},
  HNSW: { M: 32, efConstruction: 256 },
  IVF_FLAT: { nlist: 1024 },
  IVF_SQ8: { nlist: 1024 },
  AUTOINDEX: {},
};

const SEARCH: Readonly<Record<IndexType, IndexParams>> = {
  FLAT: {},
  HNSW: { ef: 256 },
  IVF_FLAT: { nprobe: 128 },
  IVF_SQ8: { nprobe: 128 },
  AUTOINDEX: {},
};

export function isIndexType(name: string): name is IndexType {
  return (INDEX_TYPES as readonly string[]).includes(name);
}

export function buildParams(type: IndexType, given: IndexParams = {}): IndexParams {
  return { ...BUILD[type], ...given };
}

/** @param type the name that the server gives; an index of a type that is missing here uses its own defaults */
export function searchParams(type: string, given: IndexParams | undefined, limit: number): IndexParams {
  const params = { ...(isIndexType(type) ? SEARCH[type] : {}), ...given };
  // HNSW keeps at most `ef` candidates, so `ef` must not be smaller than the limit.
  return params['ef'] === undefined ? params : { ...params, ef: Math.max(params['ef'], limit) };
}
