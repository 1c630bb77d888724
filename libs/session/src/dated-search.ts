import { InvalidInputError, sentence, type ImageFilter } from '@wentu/domain';
import { understandDates, type DatedText, type LocalTime } from '@wentu/language/dates';
import type { FoundHit, PageOptions, SearchPage } from '@wentu/search';

/** How the date in the text of a search was understood. */
export interface UnderstoodDate {
  /** The text that was searched for: the text without the date, or the whole text when it is only a date. */
  readonly text: string;
  /** The piece of the text that is the date. */
  readonly words: string;
  /** Local times of the cameras, as the milliseconds that they have in UTC: from this one on. Null: any before. */
  readonly takenAfter: LocalTime | null;
  /** Before this one. Null: any after. */
  readonly takenBefore: LocalTime | null;
}

export type { DatedText };

/** A local time as text, such as 2025-06-01T00:00:00. */
export function localTimeText(time: LocalTime): string {
  return new Date(time).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
}

export interface DateOptions {
  /** Whether a date in the text of the query becomes a condition. False by default. */
  readonly datesInWords?: boolean;
  /** The IANA name of the time zone whose today counts. The server's by default. */
  readonly timeZone?: string;
}

/** A page, and how the date in its text was understood. Null: the text has no date, or it was searched as it is. */
export type DatedPage = SearchPage & { readonly understood: UnderstoodDate | null };

type Find = (text: string, options: PageOptions) => Promise<SearchPage>;

/** Only such times are those of the cameras; others are those of files. */
const FROM_CAMERA: ImageFilter = { kind: 'equal', attribute: 'takenAtSource', value: 'EXIF' };
const CURSOR = /^d(-?\d{0,15})_(-?\d{0,15})_/;

/** The date in a text, by the clock of the zone. @throws InvalidInputError for an unknown zone */
export function readDate(text: string, now: Date, timeZone: string): DatedText | null {
  try {
    return understandDates(text, { now, timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidInputError(sentence('TIME_ZONE_UNKNOWN', { zone: timeZone.slice(0, 100) }));
  }
}

/**
 * Searches for the rest of a text among the pictures of its date. The first page decides whether the collection knows
 * when its pictures were taken; its range is in the cursors, so that it stays the same over midnight.
 * @returns null when the text has to be searched as it is
 */
export async function findDated(
  text: string,
  dated: DatedText,
  options: PageOptions,
  find: Find,
): Promise<DatedPage | null> {
  const { after, ...first } = options;
  const cursor = after === undefined ? null : readCursor(after);
  // The cursor of a search whose text was taken as it is.
  if (after !== undefined && cursor === null) return null;
  const { takenAfter, takenBefore } = cursor ?? dated;
  const isOnlyDate = dated.text === '';
  const searched = isOnlyDate ? text : dated.text;
  const page = await find(searched, {
    ...first,
    ...(cursor ? { after: cursor.rest } : {}),
    filter: allOf(options.filter, [FROM_CAMERA, takenIn(takenAfter, takenBefore)]),
  });
  if (page.total === 0 && !(await find(searched, { first: 1, filter: FROM_CAMERA })).total) return null;
  const prefix = `d${takenAfter ?? ''}_${takenBefore ?? ''}_`;
  return {
    ...page,
    understood: { text: searched, words: dated.words, takenAfter, takenBefore },
    hits: page.hits.map((each) => ({
      // The user asked for all pictures of this time, whether or not they look like its name.
      hit: isOnlyDate ? undoubted(each.hit) : each.hit,
      cursor: prefix + each.cursor,
    })),
  };
}

/**
 * The hits of a text among the pictures of its date.
 * @param find finds at most `most` hits, all of them by default
 * @returns null when the text has to be searched as it is
 */
export async function findDatedHits(
  text: string,
  dated: DatedText,
  filter: ImageFilter | undefined,
  find: (text: string, filter: ImageFilter, most?: number) => Promise<readonly FoundHit[]>,
): Promise<readonly FoundHit[] | null> {
  const isOnlyDate = dated.text === '';
  const searched = isOnlyDate ? text : dated.text;
  const hits = await find(searched, allOf(filter, [FROM_CAMERA, takenIn(dated.takenAfter, dated.takenBefore)]));
  if (hits.length === 0 && (await find(searched, FROM_CAMERA, 1)).length === 0) return null;
  return isOnlyDate ? hits.map(undoubted) : hits;
}

function undoubted(hit: FoundHit): FoundHit {
  return { ...hit, isRelevant: null, relevance: null, duplicates: hit.duplicates.map(undoubted) };
}

function takenIn(after: LocalTime | null, before: LocalTime | null): ImageFilter {
  return {
    kind: 'takenLocally',
    ...(after === null ? {} : { from: after }),
    ...(before === null ? {} : { to: before - 1 }),
  };
}

function allOf(filter: ImageFilter | undefined, others: readonly ImageFilter[]): ImageFilter {
  if (filter === undefined) return { kind: 'and', filters: others };
  // A filter that is an `and` does not become deeper.
  return { kind: 'and', filters: [...(filter.kind === 'and' ? filter.filters : [filter]), ...others] };
}

function readCursor(
  after: string,
): { readonly takenAfter: LocalTime | null; readonly takenBefore: LocalTime | null; readonly rest: string } | null {
  const [prefix, from = '', before = ''] = CURSOR.exec(after) ?? [];
  if (prefix === undefined) return null;
  const end = (digits: string): number | null => (digits === '' ? null : Number(digits));
  return { takenAfter: end(from), takenBefore: end(before), rest: after.slice(prefix.length) };
}
