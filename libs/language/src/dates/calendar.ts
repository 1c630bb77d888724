/** A date and time of a calendar and a clock on the wall, as the milliseconds since 1970 that they have in UTC. */
export type LocalTime = number;

/** Times from `from` on and before `before`. Null: open. */
export interface LocalRange {
  readonly from: LocalTime | null;
  readonly before: LocalTime | null;
}

/** A range with two ends. */
export interface ClosedRange extends LocalRange {
  readonly from: LocalTime;
  readonly before: LocalTime;
}

export type Season = 'spring' | 'summer' | 'autumn' | 'winter';
export type Unit = 'day' | 'week' | 'month' | 'year';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The first month of each season of the northern hemisphere. */
const FIRST_MONTH = { spring: 3, summer: 6, autumn: 9, winter: 12 } as const;

/** The date and time that clocks in the zone show. @throws RangeError for an unknown zone */
export function localTime(now: Date, timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

export const yearOf = (time: LocalTime): number => new Date(time).getUTCFullYear();
/** 1 to 12. */
export const monthOf = (time: LocalTime): number => new Date(time).getUTCMonth() + 1;
export const startOfDay = (time: LocalTime): LocalTime => Math.floor(time / DAY_MS) * DAY_MS;

/** @returns null for a date that does not exist, such as February 30 */
export function dayRange(year: number, month: number, day: number): ClosedRange | null {
  const from = Date.UTC(year, month - 1, day);
  const exists = yearOf(from) === year && monthOf(from) === month;
  return exists ? { from, before: from + DAY_MS } : null;
}

/** @param month may be outside 1 to 12: 0 is December of the year before */
export function monthRange(year: number, month: number, count = 1): ClosedRange {
  return { from: Date.UTC(year, month - 1, 1), before: Date.UTC(year, month - 1 + count, 1) };
}

export const yearRange = (year: number): ClosedRange => monthRange(year, 1, 12);

/** The winter of a year ends in the next one. */
export const seasonRange = (year: number, season: Season): ClosedRange => monthRange(year, FIRST_MONTH[season], 3);

/** The Monday of the week of a time. */
export function startOfWeek(time: LocalTime): LocalTime {
  const day = startOfDay(time);
  return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS;
}

/** The day, the week, the month or the year that was `count` units ago. */
export function unitAgo(now: LocalTime, count: number, unit: Unit): ClosedRange {
  if (unit === 'year') return yearRange(yearOf(now) - count);
  if (unit === 'month') return monthRange(yearOf(now), monthOf(now) - count);
  const days = unit === 'week' ? 7 : 1;
  const from = (unit === 'week' ? startOfWeek(now) : startOfDay(now)) - count * days * DAY_MS;
  return { from, before: from + days * DAY_MS };
}

/** The last `count` units until the end of today: 7 days are today and the 6 days before. */
export function lastUnits(now: LocalTime, count: number, unit: Unit): ClosedRange {
  const before = startOfDay(now) + DAY_MS;
  if (unit === 'day' || unit === 'week') return { from: before - count * (unit === 'week' ? 7 : 1) * DAY_MS, before };
  const end = new Date(before);
  const [year, month] = [end.getUTCFullYear(), end.getUTCMonth() - count * (unit === 'year' ? 12 : 1)];
  // The day of a shorter month is its last one.
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return { from: Date.UTC(year, month, Math.min(end.getUTCDate(), lastDay)), before };
}

/** Saturday and Sunday of the week before. */
export function lastWeekend(now: LocalTime, weeksAgo = 1): ClosedRange {
  const { before } = unitAgo(now, weeksAgo, 'week');
  return { from: before - 2 * DAY_MS, before };
}

/** Hours of a day, from `first` to `end`; an end over 24 is in the next day. */
export function hoursOf(day: ClosedRange, [first, end]: readonly [number, number]): ClosedRange {
  return { from: day.from + first * HOUR_MS, before: day.from + end * HOUR_MS };
}
