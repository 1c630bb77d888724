import { filterChips, type ChipWords } from './filter-chips';
import { NO_FILTER } from './page-filter';

const words: ChipWords = {
  placed: '有地点',
  near: ({ latitude, longitude, km }) => `${latitude} ${longitude} ${km}`,
  folder: (folder) => `文件夹 ${folder}`,
  tag: (tag) => `#${tag}`,
  pixels: (pixels) => `≥ ${pixels}`,
};

test('each condition is a chip, which takes away only itself', () => {
  const filter = {
    ...{ from: '2025-12-01', to: '2025-12-31', folder: 'a/b', types: ['image/jpeg', 'image/png'] },
    ...{
      cameras: ['Nikon D750'],
      tags: ['海'],
      hasPlace: true,
      near: { latitude: 31, longitude: 121, km: 5 },
      minPixels: 2000,
    },
  };
  const chips = filterChips(filter, words, 'zh');
  expect(chips.map(({ text }) => text)).toEqual([
    ...['2025年12月', '文件夹 a/b', 'JPEG', 'PNG', 'Nikon D750', '#海', '有地点', '31 121 5', '≥ 2000'],
  ]);
  expect(chips[0]?.without).toEqual({ ...filter, from: null, to: null });
  expect(chips[2]?.without).toEqual({ ...filter, types: ['image/png'] });
  expect(chips[5]?.without).toEqual({ ...filter, tags: [] });
  expect(chips[8]?.without).toEqual({ ...filter, minPixels: null });
});

test('no condition is no chip, and one day is one day', () => {
  expect(filterChips(NO_FILTER, words, 'zh')).toEqual([]);
  const day = { ...NO_FILTER, from: '2025-12-31', to: '2025-12-31' };
  expect(filterChips(day, words, 'zh').map(({ text }) => text)).toEqual(['2025年12月31日']);
});
