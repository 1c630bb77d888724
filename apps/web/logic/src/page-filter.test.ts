import { filterInput, NO_FILTER, presetDays, readFilter, readNear, writeFilter } from './page-filter';

const full = {
  ...{ from: '2025-06-01', to: '2025-08-31', folder: '旅行/海 边&1', types: ['image/jpeg', 'image/heic'] },
  ...{
    cameras: ['Nikon D750'],
    tags: ['海', '家人'],
    hasPlace: true,
    near: { latitude: 31.23, longitude: -121.5, km: 20 },
    minPixels: 2000,
  },
};

test.each([NO_FILTER, full, { ...NO_FILTER, to: '2024-02-29' }])('a filter survives the address: %j', (filter) => {
  const params = new URLSearchParams();
  writeFilter(filter, params);
  expect(readFilter(new URLSearchParams(params.toString()))).toEqual(filter);
});

test('values of a link that cannot be used are left out, and days are put in order', () => {
  const read = (text: string): object => readFilter(new URLSearchParams(text));
  expect(read('from=2025-02-30&to=yesterday&near=100,0&px=-3&folder=%2F&type=&camera=')).toEqual(NO_FILTER);
  expect(read('from=2025-03-02&to=2025-03-01')).toMatchObject({ from: '2025-03-01', to: '2025-03-02' });
  expect(read('folder=a/b/&type=image/png&type=image/png')).toMatchObject({ folder: 'a/b', types: ['image/png'] });
});

test('the filter of the API has only what is set', () => {
  expect(filterInput(NO_FILTER)).toBeNull();
  expect(filterInput({ ...NO_FILTER, from: '2025-06-01' })).toEqual({ takenOn: { from: '2025-06-01' } });
  expect(filterInput(full)).toEqual({
    ...{ takenOn: { from: '2025-06-01', to: '2025-08-31' }, folder: '旅行/海 边&1', has: ['PLACE'], near: full.near },
    ...{ mimeType: ['image/jpeg', 'image/heic'], camera: ['Nikon D750'] },
    and: [{ tag: ['海'] }, { tag: ['家人'] }],
    or: [{ width: { from: 2000 } }, { height: { from: 2000 } }],
  });
});

test.each([
  ['31.23, 121.47', { latitude: 31.23, longitude: 121.47, km: 10 }],
  ['31.23，121.47，5', { latitude: 31.23, longitude: 121.47, km: 5 }],
  ['-90 180 0.001', { latitude: -90, longitude: 180, km: 0.001 }],
  ['31.23', null],
  ['', null],
  ['31, 181', null],
  ['31, 121, 0', null],
  ['31, 121, 5, 6', null],
  ['Shanghai', null],
])('the place %j', (text, expected) => {
  expect(readNear(text)).toEqual(expected);
});

test('presets are days of the calendar', () => {
  const today = new Date(2026, 0, 5, 23, 59);
  expect(presetDays('thisYear', today)).toEqual({ from: '2026-01-01', to: '2026-12-31' });
  expect(presetDays('lastYear', today)).toEqual({ from: '2025-01-01', to: '2025-12-31' });
  expect(presetDays('last30Days', today)).toEqual({ from: '2025-12-07', to: '2026-01-05' });
});
