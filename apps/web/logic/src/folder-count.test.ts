import { picturesText } from './folder-count';

const folder = (pictureCount: number, below: number, truncated = false) => ({
  pictureCount,
  truncated,
  folders: Array.from({ length: below }),
});
const counted = (count: number, isComplete: boolean) => ({ picturesInAll: { count, isComplete } });

test('a folder without folders is known at once', () => {
  expect(picturesText(folder(4, 0), undefined)).toEqual({ text: 'picturesInAll', count: 4 });
  expect(picturesText(folder(0, 0), undefined)).toEqual({ text: 'noPictureNames', count: 0 });
});

test('of a folder with others in it nothing is said before they are counted: never that there are none', () => {
  expect(picturesText(folder(0, 3), undefined).text).toBe('countingPictures');
  expect(picturesText(folder(0, 3), counted(210, true))).toEqual({ text: 'picturesInAll', count: 210 });
  expect(picturesText(folder(0, 3), counted(0, true)).text).toBe('noPictureNames');
});

test('what was not counted to its end is a least, also when it is none so far', () => {
  expect(picturesText(folder(7, 3), counted(50_000, false))).toEqual({ text: 'picturesAtLeast', count: 50_000 });
  expect(picturesText(folder(0, 3), counted(0, false))).toEqual({ text: 'picturesAtLeast', count: 0 });
  expect(picturesText(folder(50_000, 0, true), undefined).text).toBe('countingPictures');
});
