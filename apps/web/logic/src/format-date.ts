import type { Language } from './dictionary';

const locale = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en');

/** `takenAt` of the API, and what it says about it. */
export interface Taken {
  readonly takenAt: string | null;
  /** Minutes ahead of UTC. Null in a picture of a camera: the time is the local one, given as UTC. */
  readonly takenAtOffsetMinutes: number | null;
  readonly takenAtSource: 'EXIF' | 'FILE' | null;
}

/** The month in which a picture was taken, such as 2024-05, by the same clock; empty without a time. */
export function monthOf(
  { takenAt, takenAtOffsetMinutes, takenAtSource }: Taken,
  timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  if (takenAt === null) return '';
  const time = new Date(Date.parse(takenAt) + (takenAtOffsetMinutes ?? 0) * 60_000);
  if (takenAtSource !== 'FILE') return time.toISOString().slice(0, 7);
  // The form of dates in Sweden is that of ISO 8601.
  return time.toLocaleDateString('sv', { year: 'numeric', month: '2-digit', timeZone });
}

/** When a picture was taken, by the clock of its camera, or that of the browser for the time of a file. */
export function formatTaken(
  { takenAt, takenAtOffsetMinutes, takenAtSource }: Taken,
  language: Language,
  timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  const time = Date.parse(takenAt ?? '') + (takenAtOffsetMinutes ?? 0) * 60_000;
  return new Date(time).toLocaleString(locale(language), {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: takenAtSource === 'FILE' ? timeZone : 'UTC' },
  });
}

/** A day as people write it. @param iso a time of the API, shown by the clock of the browser */
export function formatDay(iso: string, language: Language): string {
  return new Date(iso).toLocaleDateString(locale(language), { dateStyle: 'medium' });
}

/** A day and a time of day, to the minute. @param iso a time of the API, shown by the clock of the browser */
export function formatTime(iso: string, language: Language): string {
  return new Date(iso).toLocaleString(locale(language), { dateStyle: 'medium', timeStyle: 'short' });
}

/** A range of local times as people say it, with its last day, month or year instead of the one after it. */
export function formatRange(from: string | null, before: string | null, language: Language): string {
  const unit = unitOf([from, before].filter((time) => time !== null));
  const format = new Intl.DateTimeFormat(locale(language), { ...FORMATS[unit], timeZone: 'UTC' });
  const last = before === null ? null : Date.parse(`${before}Z`) - (unit === 'hour' ? 0 : 1);
  const [begin, end] = [from === null ? null : Date.parse(`${from}Z`), last].map((time) =>
    time === null ? '' : format.format(time),
  );
  // The ranges of Intl differ between browsers.
  return begin === end ? `${begin}` : `${begin} – ${end}`.trim();
}

const FORMATS = {
  year: { year: 'numeric' },
  month: { year: 'numeric', month: 'long' },
  day: { dateStyle: 'long' },
  hour: { dateStyle: 'medium', timeStyle: 'short' },
} as const;

/** The largest unit that begins at all of these times. */
function unitOf(times: readonly string[]): keyof typeof FORMATS {
  const all = (end: string): boolean => times.every((time) => time.endsWith(end));
  if (!all('T00:00:00')) return 'hour';
  if (!all('-01T00:00:00')) return 'day';
  return all('-01-01T00:00:00') ? 'year' : 'month';
}
