import { croppedOffers } from './tile-picture';

const urls = { tall: 'tall', tall2x: 'tall2', wide: 'wide', wide2x: 'wide2' };
const shown = (width: number, height: number): string | undefined =>
  croppedOffers({ ...urls, width, height })
    ?.map((offer) => `${offer.url} ${offer.width}`)
    .join(', ');

test('a tile requests the part of its picture that it shows', () => {
  expect(shown(4_000, 3_000)).toBeUndefined();
  expect(shown(790, 36_861)).toBe('tall 320, tall2 640');
  expect(shown(30_000, 600)).toBe('wide 480, wide2 960');
  expect(shown(0, 0)).toBeUndefined();
});
