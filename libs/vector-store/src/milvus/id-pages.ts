/** Ids of a query's range, `after` < id ≤ `last`, in any order, at most `limit` and, if there are fewer, all. */
export type QueryIds = (after: number, last: number | undefined, limit: number) => Promise<number[]>;

/** Milvus hands out at most 16,384 rows a query, and a page asks for twice its length. */
const PAGE = 8_192;

/**
 * The `limit` lowest ids above `after`, ascending, from an engine whose limited queries choose their rows as they like.
 *
 * Only an answer shorter than was asked for is known to be whole. So a page asks for twice as many as it needs; is the
 * answer full, the range is cut at the page's last candidate and asked again. On an engine that answers in order the
 * second answer is the page; on one that answers at random each cut halves the range.
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
