import { barsOf, isSameDays, isWithin } from './months';

test('months are bars by year, oldest first, with their days', () => {
  const bars = barsOf([
    { value: '2024-02', count: 20 },
    { value: '2023-12', count: 5 },
    { value: '2023-01', count: 10 },
  ]);
  expect(bars.map(({ year, months }) => [year, ...months.map(({ month, share }) => [month, share])])).toEqual([
    [2023, [1, 0.5], [12, 0.25]],
    [2024, [2, 1]],
  ]);
  expect(bars[1]?.days).toEqual({ from: '2024-01-01', to: '2024-12-31' });
  expect(bars[1]?.months[0]?.days).toEqual({ from: '2024-02-01', to: '2024-02-29' });
  expect(barsOf([])).toEqual([]);
});

test('the days of a filter are compared as a whole', () => {
  expect(isSameDays({ from: '2024-01-01', to: null }, { from: '2024-01-01', to: null })).toBe(true);
  expect(isSameDays({ from: '2024-01-01', to: null }, { from: '2024-01-01', to: '2024-12-31' })).toBe(false);
});

test('a month is within the days of a filter, which may be open', () => {
  const may = { from: '2024-05-01', to: '2024-05-31' };
  expect(isWithin(may, { from: null, to: null })).toBe(false);
  expect(isWithin(may, may)).toBe(true);
  expect(isWithin(may, { from: '2024-05-01', to: null })).toBe(true);
  expect(isWithin(may, { from: null, to: '2024-05-30' })).toBe(false);
  expect(isWithin(may, { from: '2024-05-02', to: '2024-12-31' })).toBe(false);
});
