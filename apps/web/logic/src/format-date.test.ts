import { formatDay, formatRange, formatTaken, formatTime } from './format-date';

test('a picture was taken by the clock of its camera', () => {
  const takenAt = '2025-06-30T20:30:00Z';
  const exif = { takenAt, takenAtSource: 'EXIF' } as const;
  expect(formatTaken({ ...exif, takenAtOffsetMinutes: 480 }, 'en')).toMatch(/^Jul 1, 2025, 4:30.AM$/);
  expect(formatTaken({ ...exif, takenAtOffsetMinutes: null }, 'zh')).toBe('2025年6月30日 20:30');
  const file = { takenAt, takenAtSource: 'FILE', takenAtOffsetMinutes: null } as const;
  expect(formatTaken(file, 'zh', 'Asia/Shanghai')).toBe('2025年7月1日 04:30');
});

test('a day and a time are those of the browser, in the words of the language', () => {
  const noon = new Date(2026, 10, 9, 12, 5).toISOString();
  expect([formatDay(noon, 'zh'), formatTime(noon, 'zh')]).toEqual(['2026年11月9日', '2026年11月9日 12:05']);
  expect(formatDay(noon, 'en')).toBe('Nov 9, 2026');
});

test.each([
  ['2025-06-01T00:00:00', '2025-09-01T00:00:00', '2025年6月 – 2025年8月'],
  ['2025-06-01T00:00:00', '2025-07-01T00:00:00', '2025年6月'],
  ['2025-06-02T00:00:00', '2025-07-01T00:00:00', '2025年6月2日 – 2025年6月30日'],
  ['2025-01-01T00:00:00', '2026-01-01T00:00:00', '2025年'],
  ['2025-06-01T00:00:00', '2025-06-02T00:00:00', '2025年6月1日'],
  [null, '2020-01-01T00:00:00', '– 2019年'],
  ['2020-01-01T00:00:00', null, '2020年 –'],
])('the days from %s and before %s', (from, before, expected) => {
  expect(formatRange(from, before, 'zh')).toBe(expected);
});

test('hours are said when they are a part of the date', () => {
  expect(formatRange('2026-11-24T18:00:00', '2026-11-25T04:00:00', 'en')).toMatch(
    /Nov 24, 2026, 6:00.PM.*Nov 25, 2026, 4:00.AM/,
  );
});
