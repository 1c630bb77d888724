import type { PageFilter } from './page-filter';

export interface MonthCount {
  /** Such as 2024-05. */
  readonly value: string;
  readonly count: number;
}

export interface MonthBar extends MonthCount {
  /** 1 to 12. */
  readonly month: number;
  /** The number of pictures as a share of that of the fullest month, above 0 to 1. */
  readonly share: number;
  readonly days: Days;
}

export interface YearBars {
  readonly year: number;
  readonly days: Days;
  readonly months: readonly MonthBar[];
}

type Days = Pick<PageFilter, 'from' | 'to'>;

/** The months that have pictures, by year, oldest first. */
export function barsOf(counts: readonly MonthCount[]): YearBars[] {
  const most = Math.max(1, ...counts.map(({ count }) => count));
  const years = new Map<number, MonthBar[]>();
  for (const { value, count } of [...counts].sort((a, b) => (a.value < b.value ? -1 : 1))) {
    const [year = 0, month = 0] = value.split('-').map(Number);
    const bars = years.get(year) ?? [];
    bars.push({ value, count, month, share: count / most, days: daysOf(year, month) });
    years.set(year, bars);
  }
  return [...years].map(([year, months]) => ({ year, months, days: { from: `${year}-01-01`, to: `${year}-12-31` } }));
}

function daysOf(year: number, month: number): Days {
  const day = (date: number, of: number): string => new Date(Date.UTC(year, of, date)).toISOString().slice(0, 10);
  return { from: day(1, month - 1), to: day(0, month) };
}

/** Whether days are among those of a filter that has some. */
export function isWithin(days: Days, { from, to }: Days): boolean {
  const { from: first, to: last } = days;
  if (first === null || last === null || (from === null && to === null)) return false;
  return (from === null || from <= first) && (to === null || last <= to);
}

/** Whether the days of a filter are these. */
export function isSameDays(a: Days, b: Days): boolean {
  return a.from === b.from && a.to === b.to;
}
