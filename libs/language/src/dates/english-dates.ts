import {
  dayRange,
  hoursOf,
  lastUnits,
  lastWeekend,
  monthRange,
  seasonRange,
  unitAgo,
  yearOf,
  yearRange,
  type ClosedRange,
  type LocalRange,
  type LocalTime,
  type Season,
  type Unit,
} from './calendar';
import { alternatives, lookUp, type DateGrammar, type Groups } from './date-rule';
import { ENGLISH_HOLIDAYS } from './holidays';

const MONTH_NAMES = 'january february march april may june july august september october november december'.split(' ');
const MONTHS: Readonly<Record<string, number>> = Object.fromEntries([
  ...MONTH_NAMES.flatMap((name, i) => [[name, i + 1], [name.slice(0, 3), i + 1]] as const), // prettier-ignore
  ['sept', 9],
]);
const NUMBERS = 'zero one two three four five six seven eight nine ten'.split(' ');
const SEASONS: Readonly<Record<string, Season>> = { ...{ spring: 'spring', summer: 'summer' }, ...{ autumn: 'autumn', fall: 'autumn', winter: 'winter' } }; // prettier-ignore
const HOURS: Readonly<Record<string, readonly [number, number]>> = { morning: [5, 12], afternoon: [12, 18], evening: [18, 24], night: [18, 28] }; // prettier-ignore

const SIDE = '(?:(?<side>before|after|since|in|on|from|during|over) )?';
const YEAR = '(?:of )?(?:(?<year>(?:1[89]|20)\\d\\d)|(?<yearWord>last|this) year)';
const MONTH = `(?<month>${alternatives(Object.keys(MONTHS))})\\.?`;
const DAY = '(?<day>\\d{1,2})(?:st|nd|rd|th)?';
const UNIT = '(?<unit>day|week|month|year)';
const SEASON = `(?<season>${Object.keys(SEASONS).join('|')})`;
const HOLIDAY = `(?<holiday>${alternatives(Object.keys(ENGLISH_HOLIDAYS))})`;

/** Dates in English. A weekday, a month or a holiday without a year is none, and neither is 5/3/2021. */
export const ENGLISH: DateGrammar = {
  rules: [
    rule(`${MONTH} ${YEAR}`, (groups, now) => {
      const month = lookUp(MONTHS, groups['month']);
      return month === null ? null : monthRange(toYear(groups, now), month);
    }),
    rule(`${MONTH} ${DAY},? ${YEAR}`, readDate),
    rule(`${DAY} (?:of )?${MONTH},? ${YEAR}`, readDate),
    rule('(?<year>\\d{4})-(?<digits>\\d\\d)-(?<day>\\d\\d)', (groups) =>
      dayRange(Number(groups['year']), Number(groups['digits']), Number(groups['day'])),
    ),
    rule('(?<year>\\d{4})/(?<digits>\\d{1,2})/(?<day>\\d{1,2})', (groups) =>
      dayRange(Number(groups['year']), Number(groups['digits']), Number(groups['day'])),
    ),
    rule(`(?:the )?${SEASON} ${YEAR}`, (groups, now) => {
      const season = lookUp(SEASONS, groups['season']);
      return season && seasonRange(toYear(groups, now), season);
    }),
    rule(`last ${SEASON}`, (groups, now) => {
      const season = lookUp(SEASONS, groups['season']);
      return season && lastOf(now, (year) => seasonRange(year, season));
    }),
    rule(
      `${HOLIDAY} ${YEAR}`,
      (groups, now) => lookUp(ENGLISH_HOLIDAYS, groups['holiday'])?.(toYear(groups, now)) ?? null,
    ),
    rule(`last ${HOLIDAY}`, (groups, now) => {
      const holiday = lookUp(ENGLISH_HOLIDAYS, groups['holiday']);
      return holiday && lastOf(now, holiday);
    }),
    rule(`(?<year>(?:1[89]|20)\\d\\d)`, (groups, now) => (groups['side'] ? yearRange(toYear(groups, now)) : null)),
    rule(`(?<yearWord>last|this) year(?:'s)?`, (groups, now) => yearRange(toYear(groups, now))),
    rule('(?:the )?day before yesterday', (_groups, now) => unitAgo(now, 2, 'day')),
    rule('(?<day>yesterday|today)(?: (?<hours>morning|afternoon|evening))?', ({ day, hours }, now) =>
      partOf(unitAgo(now, day === 'today' ? 0 : 1, 'day'), hours),
    ),
    rule('(?<day>this|last) (?<hours>morning|afternoon|evening|night)', ({ day, hours }, now) =>
      (day === 'last') === (hours === 'night') ? partOf(unitAgo(now, day === 'last' ? 1 : 0, 'day'), hours) : null,
    ),
    rule('(?<which>last|this) (?<unit>week|month)', ({ which, unit }, now) =>
      unitAgo(now, which === 'last' ? 1 : 0, toUnit(unit)),
    ),
    rule('last weekend', (_groups, now) => lastWeekend(now)),
    rule(`(?<count>\\d{1,3}|an?|${NUMBERS.join('|')}) ${UNIT}s? ago`, ({ count, unit }, now) =>
      unitAgo(now, toCount(count), toUnit(unit)),
    ),
    rule(`(?:the )?(?:last|past) (?<count>\\d{1,3}|${NUMBERS.join('|')}) ${UNIT}s`, ({ count, unit }, now) =>
      lastUnits(now, toCount(count), toUnit(unit)),
    ),
    rule(`(?:the )?past ${UNIT}`, ({ unit }, now) => lastUnits(now, 1, toUnit(unit))),
  ],
  isDate: (before, words, after) =>
    /(?:^|[\s,，、。])$/.test(before) &&
    // The last year is not last year: it may be the last twelve months, or that of something.
    !/\bthe\s+$/.test(before) &&
    (/^\s*(?:$|[,.!?;，。、]|\p{Script=Han})/u.test(after) ||
      words.endsWith("'s") ||
      /^ (?:at|in|on|by|with|near)\b/.test(after)),
  join: (before, after) =>
    [before.replace(/[\s,，、]+(?:(?:taken|shot|of)\s*)?$/, ''), after.replace(/^[\s,，、.;的]+/, '')]
      .filter(Boolean)
      .join(' ')
      .replace(/^(?:the )?(?:photos?|pictures?|images?)$/i, ''),
};

function rule(pattern: string, read: DateGrammar['rules'][number]['read']): DateGrammar['rules'][number] {
  return {
    pattern: new RegExp(`(?<![\\p{L}\\d'/.-])${SIDE}${pattern}(?![\\p{Script=Latin}\\d'/-])`, 'gu'),
    read: (groups, now) => {
      const range = read(groups, now);
      return range && toSide(range, groups['side']);
    },
  };
}

function toSide({ from, before }: LocalRange, side: string | undefined): LocalRange {
  if (side === 'before') return { from: null, before: from };
  if (side === 'since') return { from, before: null };
  return side === 'after' ? { from: before, before: null } : { from, before };
}

/** The last one that has ended. */
function lastOf(now: LocalTime, read: (year: number) => ClosedRange | null): ClosedRange | null {
  for (const year of [yearOf(now), yearOf(now) - 1, yearOf(now) - 2]) {
    const range = read(year);
    if (range && range.before <= now) return range;
  }
  return null;
}

function readDate(groups: Groups, now: LocalTime): LocalRange | null {
  const month = lookUp(MONTHS, groups['month']);
  return month === null ? null : dayRange(toYear(groups, now), month, Number(groups['day']));
}

function partOf(day: ClosedRange, hours: string | undefined): LocalRange {
  const part = lookUp(HOURS, hours);
  return part ? hoursOf(day, part) : day;
}

function toYear({ year, yearWord }: Groups, now: LocalTime): number {
  if (year !== undefined) return Number(year);
  return yearOf(now) - (yearWord === 'last' ? 1 : 0);
}

function toUnit(unit: string | undefined): Unit {
  return unit === 'day' || unit === 'week' || unit === 'month' ? unit : 'year';
}

function toCount(text = ''): number {
  if (text.startsWith('a')) return 1;
  return /^\d+$/.test(text) ? Number(text) : NUMBERS.indexOf(text);
}
