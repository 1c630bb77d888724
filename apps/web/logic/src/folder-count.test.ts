import { picturesText } from './folder-count';

const folder = (pictureCount: number, below: number, truncated = false) => ({
  pictureCount,
  truncated,
  folders: Array.from({ length: below }),
});
const counted = (count: number, isComplete: boolean) => ({ picturesInAll: { count, isComplete } });

test('the count of a folder without subfolders is known at once', () => {
  expect(picturesText(folder(4, 0), undefined)).toEqual({ text: 'picturesInAll', count: 4 });
  expect(picturesText(folder(0, 0), undefined)).toEqual({ text: 'noPictureNames', count: 0 });
});

test('a folder with subfolders has no count before it is counted, not even zero', () => {
  expect(picturesText(folder(0, 3), undefined).text).toBe('countingPictures');
  expect(picturesText(folder(0, 3), counted(210, true))).toEqual({ text: 'picturesInAll', count: 210 });
  expect(picturesText(folder(0, 3), counted(0, true)).text).toBe('noPictureNames');
});

test('an incomplete count is a minimum, also when it is zero', () => {
  expect(picturesText(folder(7, 3), counted(50_000, false))).toEqual({ text: 'picturesAtLeast', count: 50_000 });
  expect(picturesText(folder(0, 3), counted(0, false))).toEqual({ text: 'picturesAtLeast', count: 0 });
  expect(picturesText(folder(50_000, 0, true), undefined).text).toBe('countingPictures');
});
