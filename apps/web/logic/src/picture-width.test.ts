import { chooseOffer, isLong, isWide, neededWidth, offersByHeight, type Offer } from './picture-width';

const WIDTHS = [160, 320, 480, 640, 960, 1280, 2048];
const offers: Offer[] = WIDTHS.map((width) => ({ width, url: `/images/1?width=${width}` }));
const chosen = (needed: number, own?: number) => chooseOffer(offers, needed, own)?.width;

test('a box with the shape of its picture needs as many pixels as the screen has in it', () => {
  expect(neededWidth({ width: 4_000, height: 3_000 }, { width: 470, height: 352.5 }, 1)).toBe(470);
  expect(neededWidth({ width: 4_000, height: 3_000 }, { width: 180, height: 135 }, 3)).toBe(540);
  expect(neededWidth({ width: 3_000, height: 4_000 }, { width: 156.4, height: 208.5 }, 1.5)).toBe(235);
});

test('a cropped panorama also needs the pixels of the hidden parts', () => {
  expect(neededWidth({ width: 6_000, height: 900 }, { width: 457.6, height: 208 }, 1)).toBe(1387);
});

test('for a long picture only the width counts', () => {
  expect(neededWidth({ width: 790, height: 36_861 }, { width: 125, height: 208 }, 2)).toBe(250);
});

test('a picture without a size needs the width of its box', () => {
  expect(neededWidth({ width: 0, height: 0 }, { width: 208, height: 208 }, 1)).toBe(208);
});

test('the chosen picture is at least as wide as it is drawn, at any width and on any screen', () => {
  for (let drawn = 1; drawn <= 1_000; drawn += 3.7) {
    for (const ratio of [0.6, 0.75, 1, 1.5, 2.2]) {
      for (const pixelRatio of [1, 1.25, 2, 3]) {
        const picture = { width: 8_000, height: 8_000 / ratio };
        const needed = neededWidth(picture, { width: drawn, height: drawn / ratio }, pixelRatio);
        const width = chosen(needed) ?? 0;
        const stretch = (drawn * pixelRatio) / width;
        if (drawn * pixelRatio <= 2_048)
          expect([drawn, pixelRatio, stretch <= 1.01]).toEqual([drawn, pixelRatio, true]);
        // The chosen width is also not larger than the next offered width.
        expect(WIDTHS.find((offered) => offered >= needed) ?? 2_048).toBe(width);
      }
    }
  }
});

test.each([
  [1, undefined, 160],
  [160, undefined, 160],
  [161, undefined, 320],
  [470, undefined, 480],
  [941, undefined, 960],
  [5_000, undefined, 2_048],
  // A small picture has only its own pixels.
  [900, 256, 320],
  [900, 60, 160],
  // A vector picture is made in the needed width.
  [900, Infinity, 960],
])('for %d needed pixels and a picture width of %p, the offer of %d is chosen', (needed, own, width) => {
  expect(chosen(needed, own)).toBe(width);
});

test('only strips are long: no phone screenshots, portraits or panoramas', () => {
  expect(isLong({ width: 790, height: 36_861 })).toBe(true);
  expect(isLong({ width: 1_170, height: 2_532 })).toBe(false);
  expect(isLong({ width: 3_000, height: 4_000 })).toBe(false);
  expect(isLong({ width: 6_000, height: 900 })).toBe(false);
});

test('only lines are wide, and they are requested by height', () => {
  expect(isWide({ width: 60_000, height: 300 })).toBe(true);
  expect(isWide({ width: 30_000, height: 4_000 })).toBe(false);
  expect(isLong({ width: 60_000, height: 300 })).toBe(false);
  const made = (width: number, height: number): number[] =>
    offersByHeight({ width, height }, [
      [480, 'a'],
      [960, 'b'],
    ]).map((offer) => offer.width);
  expect(made(60_000, 300)).toEqual([60_000, 60_000]);
  expect(made(20_000, 2_000)).toEqual([4_800, 9_600]);
});
