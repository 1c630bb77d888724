/**
 * Queries the ids in the range `after` < id ≤ `last`, in any order. Returns at most `limit` ids; when it returns fewer,
 * they are complete.
 */
export type QueryIds = (after: number, last: number | undefined, limit: number) => Promise<number[]>;

/** Milvus returns at most 16,384 rows per query, and a page queries twice its length. */
const PAGE = 8_192;

/**
 * Lists the `limit` lowest ids above `after`, ascending, from an engine whose limited queries return any rows of the
 * range.
 *
 * Only an answer with fewer ids than the limit is known to be complete. So a page queries twice as many ids as it
 * needs. When the answer is full, the range is cut at the last candidate of the page and queried again. If the engine
 * answers in order, the second answer is the page; if it answers in random order, each cut halves the range.
 */
export async function listAscending(query: QueryIds, after: number, limit: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < limit) {
    const want = Math.min(limit - ids.length, PAGE);
    const page = await lowest(query, ids.at(-1) ?? after, want);
    for (const id of page) ids.push(id);
    if (page.length < want) break;
  }
  return ids;
}

async function lowest(query: QueryIds, after: number, want: number): Promise<number[]> {
  const ask = 2 * want;
  let last: number | undefined;
  for (;;) {
    const ids = (await query(after, last, ask)).sort((a, b) => a - b);
    if (ids.length < ask) return ids.slice(0, want);
    last = ids[want - 1];
  }
}
