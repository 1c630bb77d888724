/** Name of a collection's vector index. Ids are never reused, so neither are names. */
export function indexName(collectionId: number): string {
  return `w_${collectionId}`;
}
