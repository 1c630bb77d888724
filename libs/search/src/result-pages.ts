import { randomBytes } from 'node:crypto';
import { InvalidInputError, WentuError } from '@wentu/domain';
import type { FoundImages } from './found-images';
import type { SearchHit } from './found-images';
import type { FindOptions, Searcher, Sought } from './searcher';

/** Hits that one search is run for; pages are cut from them. */
export const MAX_RESULTS = 1_000;
const KEEP_MS = 10 * 60_000;
/** About half a megabyte each. */
const MAX_KEPT = 128;
const CURSOR = /^([A-Za-z0-9_-]{16})\.(\d{1,4})$/;

export interface ResultPage {
  /** That was searched. */
  readonly collection: string;
  readonly hits: readonly { readonly hit: SearchHit; readonly cursor: string }[];
  /** In all pages. */
  readonly total: number;
  readonly hasNextPage: boolean;
}

interface Found {
  readonly images: FoundImages;
  readonly collection: string;
}

interface Kept extends Found {
  readonly until: number;
}

/**
 * Runs a search once and gives its result in pages, the same however the collection changes meanwhile. Results are kept for ten minutes, the last
 * 128 of them, in this process.
 */
export class ResultPages {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly searcher: Pick<Searcher, 'find'>,
    private readonly now: () => number = Date.now,
  ) {}

  async first(
    sought: Sought,
    collection: string,
    first: number,
    options: FindOptions,
    signal?: AbortSignal,
  ): Promise<ResultPage> {
    checkFirst(first);
    const found = { images: await this.searcher.find(sought, collection, MAX_RESULTS, options, signal), collection };
    const token = randomBytes(12).toString('base64url');
    // A single page needs no second look.
    if (found.images.total > first) this.keep(token, found);
    return await page(token, found, 0, first);
  }

  /** @param after the cursor of the last hit that is known @throws WentuError CURSOR_EXPIRED */
  async next(after: string, first: number): Promise<ResultPage> {
    checkFirst(first);
    const [, token = '', at = ''] = CURSOR.exec(after) ?? [];
    const kept = this.kept.get(token);
    if (!kept || kept.until < this.now()) {
      this.kept.delete(token);
      throw new WentuError(
        'CURSOR_EXPIRED',
        'the result that this cursor belongs to is not kept any more (ten minutes, in the process that made it); search again',
      );
    }
    return await page(token, kept, Number(at) + 1, first);
  }

  private keep(token: string, found: Found): void {
    for (const [old, { until }] of this.kept) {
      if (until >= this.now() && this.kept.size < MAX_KEPT) break;
      this.kept.delete(old);
    }
    this.kept.set(token, { ...found, until: this.now() + KEEP_MS });
  }
}

async function page(token: string, { images, collection }: Found, start: number, first: number): Promise<ResultPage> {
  const hits = await images.slice(start, start + first);
  return {
    collection,
    hits: hits.map((hit, i) => ({ hit, cursor: `${token}.${start + i}` })),
    total: images.total,
    hasNextPage: start + hits.length < images.total,
  };
}

function checkFirst(first: number): void {
  if (Number.isInteger(first) && first >= 1 && first <= MAX_RESULTS) return;
  throw new InvalidInputError(`first is ${first}; give a whole number from 1 to ${MAX_RESULTS}`);
}
