import { DAY_MS, dayRange, type ClosedRange } from './calendar';

/** @returns null when the runtime does not know the calendar, or the day does not exist */
export type Holiday = (year: number) => ClosedRange | null;

/** Days of the Gregorian calendar. */
function days(month: number, first: number, count = 1): Holiday {
  return (year) => {
    const day = dayRange(year, month, first);
    return day && { from: day.from, before: day.from + count * DAY_MS };
  };
}

/** Days around a day of the Chinese calendar, which is in the given months of the Gregorian year. */
function lunar(
  month: number,
  day: number,
  search: readonly [number, number],
  around: readonly [number, number],
): Holiday {
  return (year) => {
    const date = lunarDate(year, month, day, search);
    return date === null ? null : { from: date + around[0] * DAY_MS, before: date + (around[1] + 1) * DAY_MS };
  };
}

const CHINESE_CALENDAR = new Intl.DateTimeFormat('en-u-ca-chinese-nu-latn', {
  ...{ month: 'numeric', day: 'numeric', timeZone: 'UTC' },
});

function lunarDate(year: number, month: number, day: number, [first, last]: readonly [number, number]): number | null {
  // A runtime with few locales falls back to the Gregorian calendar.
  if (CHINESE_CALENDAR.resolvedOptions().calendar !== 'chinese') return null;
  for (let date = Date.UTC(year, first - 1, 1); date < Date.UTC(year, last, 1); date += DAY_MS) {
    const parts = CHINESE_CALENDAR.formatToParts(date);
    const part = (type: string): string | undefined => parts.find((one) => one.type === type)?.value;
    // A leap month has a mark after its number.
    if (part('month') === String(month) && part('day') === String(day)) return date;
  }
  return null;
}

// From the eve to the seventh day, the usual days off.
const springFestival = lunar(1, 1, [1, 2], [-1, 6]);
const christmas = days(12, 24, 2);

/** Holidays by their Chinese names. None of them is understood without a year. */
export const CHINESE_HOLIDAYS: Readonly<Record<string, Holiday>> = {
  元旦: days(1, 1, 3),
  春节: springFestival,
  除夕: lunar(1, 1, [1, 2], [-1, -1]),
  大年三十: lunar(1, 1, [1, 2], [-1, -1]),
  大年初一: lunar(1, 1, [1, 2], [0, 0]),
  元宵节: lunar(1, 15, [2, 3], [0, 0]),
  元宵: lunar(1, 15, [2, 3], [0, 0]),
  情人节: days(2, 14),
  清明节: days(4, 4, 3),
  清明: days(4, 4, 3),
  五一劳动节: days(5, 1, 5),
  劳动节: days(5, 1, 5),
  五一: days(5, 1, 5),
  六一儿童节: days(6, 1),
  儿童节: days(6, 1),
  六一: days(6, 1),
  端午节: lunar(5, 5, [5, 7], [-1, 1]),
  端午: lunar(5, 5, [5, 7], [-1, 1]),
  暑假: days(7, 1, 62),
  七夕节: lunar(7, 7, [7, 9], [0, 0]),
  七夕: lunar(7, 7, [7, 9], [0, 0]),
  中秋节: lunar(8, 15, [9, 10], [-1, 1]),
  中秋: lunar(8, 15, [9, 10], [-1, 1]),
  十一国庆: days(10, 1, 7),
  国庆节: days(10, 1, 7),
  国庆: days(10, 1, 7),
  十一: days(10, 1, 7),
  万圣节: days(10, 31),
  平安夜: days(12, 24),
  圣诞节: christmas,
  圣诞: christmas,
};

/** Holidays by their English names, in small letters. */
export const ENGLISH_HOLIDAYS: Readonly<Record<string, Holiday>> = {
  'chinese new year': springFestival,
  'lunar new year': springFestival,
  'spring festival': springFestival,
  "valentine's day": days(2, 14),
  halloween: days(10, 31),
  'christmas eve': days(12, 24),
  christmas,
};
