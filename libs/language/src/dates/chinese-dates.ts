import {
  dayRange,
  hoursOf,
  lastUnits,
  lastWeekend,
  monthOf,
  monthRange,
  seasonRange,
  startOfWeek,
  DAY_MS,
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
import { CHINESE_HOLIDAYS } from './holidays';

const DIGITS = '〇一二三四五六七八九';
const NUMBER = '\\d{1,3}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]';
const YEAR = `(?:(?<year>(?:1[89]|20)\\d\\d|[一二][〇零一二三四五六七八九]{3})年|(?<yearWord>[今去前]年))`;
/** Ends that a year, a month or a day may have. */
const SIDE = '(?<side>以前|之前|以后|之后|以来)?';
const UNIT = '天|周|个?星期|个?礼拜|个月|年';
const UNITS: Readonly<Record<string, Unit>> = { 天: 'day', 周: 'week', 星期: 'week', 礼拜: 'week', 个月: 'month', 年: 'year' }; // prettier-ignore
const SEASONS: Readonly<Record<string, Season>> = { 春: 'spring', 夏: 'summer', 秋: 'autumn', 冬: 'winter' };
const DAYS_AGO: Readonly<Record<string, number>> = { 今: 0, 昨: 1, 前: 2, 大前: 3 };
/** Hours of a day; those of a night end in the next day. */
const HOURS: Readonly<Record<string, readonly [number, number]>> = {
  凌晨: [0, 6],
  ...{ 清晨: [5, 9], 早上: [5, 10], 早晨: [5, 10], 早: [5, 10], 上午: [6, 12] },
  ...{ 中午: [11, 14], 下午: [12, 18], 傍晚: [17, 20] },
  ...{ 晚上: [18, 28], 夜里: [18, 28], 晚: [18, 28], 夜: [18, 28] },
};

/** Words after a year that make it a part of another word: 2023年款, 2023年会, 去年底. */
const AFTER_YEAR = /^(?:年?[初底末终中]|[款版历级度画货夜糕兽会份间薪味产代报刊展鉴轮检]|新年|日历|挂历|台历|流行)/;
/** A date that says only about when. */
const VAGUE = /^(?:前?后|左右|[到至~～—–-]|[上中下]旬|[初底末中])/;
/** Characters that make another word of the last one: 夏天空, 上周日出, 五月天, 3号楼, 五一广场. */
const SWALLOWED: readonly (readonly [RegExp, RegExp])[] = [
  [/天$/, /^[空气使堂鹅]/],
  [/日$/, /^[出落本光照常历记食]/],
  [/(?:周|星期|礼拜)[一二三四五六]$/, /^[起直些样个只张条人位家次]/],
  [/月$/, /^[天球亮台饼宫光]/],
  [/号$/, /^[线楼店馆院码]/],
  [/五一$/, /^(?:广场|路|大道)/],
  [/(?:十一|六一)$/, /^(?!$|[\s,，、。的在拍]|假期|长假|期间)/],
  [/周$/, /^[口刊报年]/],
];
const BEFORE = /(?:^|[\s,，、。；;！!？?])(?:我们?|咱们?|他们?|她们?)?(?:在|拍?摄?于)?$/;
/** A text that ends with this says when it was taken, whatever comes before. */
const TAKEN = /^(?:拍摄?|照|摄)下?(?:的(?:照片|相片|图片)?)?$/;
const CONNECTED = /^(?:的时候|时候|时|那天|那年|期间|假期|长假)?[的,，、\s]*/;

/** Dates in Chinese. A date without a year, such as 五月 or 国庆, is none. */
export const CHINESE: DateGrammar = {
  rules: [
    rule(`${YEAR}的?(?<holiday>${alternatives(Object.keys(CHINESE_HOLIDAYS))})`, (groups, now) =>
      inYear(groups, now, (year) => lookUp(CHINESE_HOLIDAYS, groups['holiday'])?.(year) ?? null),
    ),
    rule(`${YEAR}的?(?<season>[春夏秋冬])[天季日]`, (groups, now) => {
      const season = lookUp(SEASONS, groups['season']);
      // In January and February, the winter of this year and that of the last one may be the same.
      if (season === 'winter' && groups['yearWord'] && !(monthOf(now) > 2 && groups['yearWord'] !== '今年'))
        return null;
      return season && inYear(groups, now, (year) => seasonRange(year, season));
    }),
    rule(`${YEAR}的?(?<half>[上下])半年`, (groups, now) =>
      inYear(groups, now, (year) => monthRange(year, groups['half'] === '上' ? 1 : 7, 6)),
    ),
    rule(`${YEAR}的?(?<month>${NUMBER})月(?:份|(?<day>${NUMBER})[日号])?${SIDE}`, (groups, now) => {
      const month = toNumber(groups['month']);
      if (month < 1 || month > 12) return null;
      const range = inYear(groups, now, (year) =>
        groups['day'] ? dayRange(year, month, toNumber(groups['day'])) : monthRange(year, month),
      );
      return range && toSide(range, groups);
    }),
    rule(`${YEAR}${SIDE}`, (groups, now) => {
      const range = inYear(groups, now, yearRange);
      return range && toSide(range, groups);
    }),
    rule(`(?<day>大前|[今昨前])(?:天(?:的?(?<hours>${alternatives(Object.keys(HOURS).filter((name) => name.length > 1))}))?|(?<short>[早晚夜]))`, readDay), // prettier-ignore
    rule(`(?<ago>上上|上|这|本)个?(?:周|星期|礼拜)(?<weekday>[末一二三四五六日天])?`, readWeek),
    rule(`(?<ago>上上个?|上个?|这个|本)月份?`, ({ ago = '' }, now) => unitAgo(now, countOfUps(ago), 'month')),
    rule(`(?<count>${NUMBER})(?<unit>${UNIT})(?:以|之)?前`, (groups, now) =>
      unitAgo(now, toNumber(groups['count']), toUnit(groups)),
    ),
    rule(`(?:最近|过去|近)的?(?<count>半|${NUMBER})(?<unit>个?月|${UNIT})`, (groups, now) => {
      if (groups['count'] !== '半') return lastUnits(now, toNumber(groups['count']), toUnit(groups));
      return groups['unit'] === '年' ? lastUnits(now, 6, 'month') : null;
    }),
  ],
  isDate: (before, words, after) =>
    (BEFORE.test(before) || TAKEN.test(after)) &&
    !VAGUE.test(after) &&
    !(/年$/.test(words) && AFTER_YEAR.test(after)) &&
    !SWALLOWED.some(([end, next]) => end.test(words) && next.test(after)),
  join: (before, after) => {
    const kept = before.replace(BEFORE, '').trim();
    const rest = after
      .replace(TAKEN, '')
      .replace(CONNECTED, '')
      .replace(/^[在于]/, '')
      .replace(/(?:拍摄?|照|摄)下?的(?:照片|相片|图片)?$/, '')
      .trim();
    return /^(?:的|照片|相片|图片)*$/.test(rest) ? kept : [kept, rest].filter(Boolean).join(' ');
  },
};

function rule(pattern: string, read: DateGrammar['rules'][number]['read']): DateGrammar['rules'][number] {
  return { pattern: new RegExp(pattern, 'g'), read };
}

function inYear<T>({ year, yearWord }: Groups, now: LocalTime, read: (year: number) => T): T {
  if (year !== undefined) return read(toYear(year));
  return read(yearOf(now) - (yearWord === '去年' ? 1 : yearWord === '前年' ? 2 : 0));
}

function toSide({ from, before }: ClosedRange, { side }: Groups): LocalRange {
  if (side === '以前' || side === '之前') return { from: null, before: from };
  if (side === '以来') return { from, before: null };
  return side === undefined ? { from, before } : { from: before, before: null };
}

function readDay({ day, hours, short }: Groups, now: LocalTime): LocalRange | null {
  const range = unitAgo(now, lookUp(DAYS_AGO, day) ?? 0, 'day');
  const part = hours ?? short;
  if (part === undefined) return range;
  const found = lookUp(HOURS, part);
  return found && hoursOf(range, found);
}

function readWeek({ ago = '', weekday }: Groups, now: LocalTime): LocalRange {
  const weeksAgo = countOfUps(ago);
  if (weekday === undefined) return unitAgo(now, weeksAgo, 'week');
  if (weekday === '末') return lastWeekend(now, weeksAgo);
  const index = '一二三四五六日'.indexOf(weekday === '天' ? '日' : weekday);
  const from = startOfWeek(now) + (index - 7 * weeksAgo) * DAY_MS;
  return { from, before: from + DAY_MS };
}

const countOfUps = (words: string): number => words.split('上').length - 1;

const toUnit = ({ unit = '' }: Groups): Unit =>
  lookUp(UNITS, unit) ?? lookUp(UNITS, unit.replace('个', '')) ?? (unit.endsWith('月') ? 'month' : 'day');

function toYear(text: string): number {
  return Number([...text].map((character) => toDigit(character)).join(''));
}

function toDigit(character: string): string {
  const index = DIGITS.indexOf(character === '零' ? '〇' : character);
  return index < 0 ? character : String(index);
}

/** 1 to 999 in digits, or 1 to 99 in Chinese numerals. */
function toNumber(text = ''): number {
  if (/^\d+$/.test(text)) return Number(text);
  const [tens, ones] = text.includes('十') ? text.split('十') : ['0', text];
  const digit = (part = ''): number => Number(toDigit(part === '两' ? '二' : part) || 0);
  return (tens === '' ? 1 : digit(tens)) * 10 + digit(ones);
}
