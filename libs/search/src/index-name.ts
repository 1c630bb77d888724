/**
 * Name of the index for one space of a collection. Ids are never reused, so names are not either. The number after `w`
 * is the format version of an index. A Wentu version never opens or drops an index of a later format.
 */
export function indexName(collectionId: number, spaceId: number): string {
  return `w2_${collectionId}_${spaceId}`;
}

/** Name of the index that Wentu versions before `indexName` made for a collection. */
export function earlierIndexName(collectionId: number): string {
  return `w_${collectionId}`;
}
