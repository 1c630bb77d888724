/**
 * Name of the index of a collection's vectors in one space. Ids are never reused, so neither are names. The number
 * after `w` is the version of what an index holds: a Wentu never opens, and never drops, an index of a later one.
 */
export function indexName(collectionId: number, spaceId: number): string {
  return `w2_${collectionId}_${spaceId}`;
}

/** The index that versions before `indexName` have made of a collection. */
export function earlierIndexName(collectionId: number): string {
  return `w_${collectionId}`;
}
