import { tileOffers } from './tile-picture';

const urls = {
  thumbnail: 'whole',
  thumbnail2x: 'whole2',
  tall: 'tall',
  tall2x: 'tall2',
  wide: 'wide',
  wide2x: 'wide2',
};
const shown = (width: number, height: number): string =>
  tileOffers({ ...urls, width, height })
    .map((offer) => `${offer.url} ${offer.width}`)
    .join(', ');

test('a tile asks for the part of its picture that it shows', () => {
  expect(shown(4_000, 3_000)).toBe('whole 320, whole2 640');
  expect(shown(790, 36_861)).toBe('tall 320, tall2 640');
  expect(shown(30_000, 600)).toBe('wide 480, wide2 960');
  expect(shown(0, 0)).toBe('whole 320, whole2 640');
});
