import { parseWordQuery, WentuError } from '@wentu/domain';
import { fuseHits } from './fuse-hits';
import { anotherSearch, noCursor, searchDigest, SEARCH_DIGEST_BYTES } from './search-cursor';
import { MAX_RESULTS, type FoundHit, type PageOptions, type SearchPage } from './search-page';
import { scopeKey, type SearchScope } from './search-scope';
import type { Searcher } from './searcher';
import type { WordSearcher } from './word-searcher';

/** Cursors of fused searches begin with it, which those of other searches do not. */
const PREFIX = 'f';
const CURSOR = /^f[A-Za-z0-9_-]{1,60}$/;
const SIZE_BYTES = SEARCH_DIGEST_BYTES + 2 * 6 + 2 * 2;

/** The position where a page ended. */
interface FusedPosition {
  /** The largest id that the first page saw. Newer images are left out. */
  readonly newestId: number;
  /** Id of the last hit. */
  readonly id: number;
  /** Number of hits up to this one, and in all pages. */
  readonly shown: number;
  readonly total: number;
}

/**
 * Finds the images nearest to a text together with those that have its words (`fuseHits`). Without images with the
 * words it is the search for the meaning, with the same pages.
 */
export class AutoSearcher {
  constructor(
    private readonly searcher: Pick<Searcher, 'page'>,
    private readonly words: Pick<WordSearcher, 'page'>,
  ) {}

  /** One page of at most MAX_RESULTS hits. Options of similarities need a search for the meaning, and get one. */
  async page(
    text: string,
    scope: string | SearchScope | null,
    options: PageOptions,
    signal?: AbortSignal,
  ): Promise<SearchPage> {
    const { after, avoid, minSimilarity, filter, collapse = false } = options;
    const meaning = async (): Promise<SearchPage> => await this.searcher.page({ text }, scope, options, signal);
    const isFused = after?.startsWith(PREFIX) ?? false;
    if (avoid !== undefined || minSimilarity !== undefined || (after !== undefined && !isFused) || !hasWords(text))
      return await meaning();
    const covered = typeof scope === 'object' && scope !== null ? scopeKey(scope) : scope;
    const digest = searchDigest(['fused', covered, text, filter ?? null, collapse]);
    const from = after === undefined ? null : readFusedCursor(after, digest);
    const all = { first: MAX_RESULTS, collapse, ...(filter ? { filter } : {}) };
    const worded = await this.words.page(text, scope, all, signal);
    if (!from && worded.total === 0) return await meaning();
    const found = await this.searcher.page({ text }, scope, all, signal);
    const newestId = from?.newestId ?? Math.max(...[found, worded].flatMap(hitsOf).map(({ image }) => image.id));
    const earlier = (page: SearchPage): FoundHit[] => hitsOf(page).filter(({ image }) => image.id <= newestId);
    const fused = fuseHits(parseWordQuery(text), earlier(found), earlier(worded));
    const place = from ? fused.findIndex(({ image }) => image.id === from.id) + 1 || from.shown : 0;
    const before = from?.shown ?? 0;
    const shown = fused.slice(place, place + Math.min(options.first, MAX_RESULTS - before));
    const total = from?.total ?? Math.min(MAX_RESULTS, fused.length);
    return {
      ...{ collections: found.collections, ranking: 'FUSED', unanswered: found.unanswered },
      hits: shown.map((hit, i) => ({
        hit,
        cursor: writeFusedCursor({ newestId, id: hit.image.id, shown: before + i + 1, total }, digest),
      })),
      total,
      hasPreviousPage: before > 0,
      hasNextPage: fused.length > place + shown.length && before + shown.length < MAX_RESULTS,
    };
  }
}

/** Whether a search for words can be made of the text. */
function hasWords(text: string): boolean {
  try {
    return parseWordQuery(text).terms.length > 0;
  } catch (error) {
    if (error instanceof WentuError) return false;
    throw error;
  }
}

function hitsOf({ hits }: SearchPage): FoundHit[] {
  return hits.map(({ hit }) => hit);
}

function writeFusedCursor({ newestId, id, shown, total }: FusedPosition, digest: Buffer): string {
  const bytes = Buffer.alloc(SIZE_BYTES);
  let at = digest.copy(bytes);
  for (const value of [newestId, id]) at = bytes.writeUIntBE(value, at, 6);
  for (const value of [shown, total]) at = bytes.writeUInt16BE(value, at);
  return PREFIX + bytes.toString('base64url');
}

/** @throws InvalidInputError */
function readFusedCursor(cursor: string, digest: Buffer): FusedPosition {
  const bytes = CURSOR.test(cursor) ? Buffer.from(cursor.slice(PREFIX.length), 'base64url') : Buffer.alloc(0);
  if (bytes.length !== SIZE_BYTES || PREFIX + bytes.toString('base64url') !== cursor) throw noCursor(cursor);
  if (!bytes.subarray(0, SEARCH_DIGEST_BYTES).equals(digest)) throw anotherSearch();
  const idAt = (i: number): number => bytes.readUIntBE(SEARCH_DIGEST_BYTES + 6 * i, 6);
  const [shown, total] = [0, 2].map((at) => bytes.readUInt16BE(SEARCH_DIGEST_BYTES + 12 + at)) as [number, number];
  return { newestId: idAt(0), id: idAt(1), shown, total };
}
