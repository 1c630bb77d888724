/**
 * Name of the index for one space of a collection. Ids are never reused, so names are not either. The number after `w`
 * is the format version of an index: since 3, its points have attributes. A Wentu version never opens or drops an index
 * of a later format.
 */
export function indexName(collectionId: number, spaceId: number): string {
  return `w3_${collectionId}_${spaceId}`;
}

/** Names of the indexes that earlier Wentu versions made for a collection with these spaces. */
export function earlierIndexNames(collectionId: number, spaceIds: readonly number[]): string[] {
  return [`w_${collectionId}`, ...spaceIds.map((spaceId) => `w2_${collectionId}_${spaceId}`)];
}
