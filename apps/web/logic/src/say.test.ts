import { endText, firstOtherHit, formatName, progressText } from './say';

test.each([
  ['QUEUED', null, 'queued'],
  ['RUNNING', null, 'counting'],
  // The load ended before its pictures were counted.
  ['FAILED', null, 'processed'],
  ['CANCELLED', null, 'processed'],
  ['RUNNING', 10, 'progress'],
  ['SUCCEEDED', 0, 'progress'],
])('a load that is %s, with a total of %p, says: %s', (status, total, text) => {
  expect(progressText({ status, total })).toBe(text);
});

test.each([
  [325, 325, false, 'allShown'],
  [24, 325, false, 'mostShown'],
  [1_000, 1_001, false, 'mostShown'],
  [324, 325, true, 'othersShown'],
  [323, 325, true, 'mostShown'],
  [1_000, 1_001, true, 'othersShown'],
  // Pictures were added after the count.
  [330, 325, false, 'allShown'],
])('%d found of %d, like one of them: %s, end with %s', (found, imageCount, isLike, text) => {
  expect(endText(found, imageCount, { isLike, isFiltered: false, isOnce: false, isWords: false })).toBe(text);
});

test('under conditions, the end says that all pictures that match are shown, or only the nearest', () => {
  expect(endText(12, 5_000, { isLike: false, isFiltered: true, isOnce: false, isWords: false })).toBe('matchesShown');
  expect(endText(1_000, 5_000, { isLike: false, isFiltered: true, isOnce: false, isWords: false })).toBe('mostShown');
  expect(endText(12, 5_000, { isLike: false, isFiltered: true, isOnce: true, isWords: false })).toBe('onceShown');
});

test('a search for words says that all pictures with them are shown', () => {
  expect(endText(12, 5_000, { isLike: false, isFiltered: true, isOnce: true, isWords: true })).toBe('wordsShown');
});

test('other hits are those after the last one that is relevant or has the words', () => {
  const [alike, unlike] = [true, false].map((isRelevant) => ({ isRelevant, matched: null }));
  const worded = { isRelevant: false, matched: {} };
  const unjudged = { isRelevant: null, matched: null };
  expect(firstOtherHit([alike!, alike!, unlike!, unlike!])).toBe(2);
  expect(firstOtherHit([worded, alike!, worded, unlike!])).toBe(3);
  expect(firstOtherHit([unlike!, unlike!])).toBe(0);
  for (const hits of [[], [alike!], [unjudged, unjudged], [unlike!, worded]]) expect(firstOtherHit(hits)).toBe(-1);
});

test.each([
  ['image/jpeg', 'JPEG'],
  ['image/svg+xml', 'SVG'],
  ['image/x-canon-cr2', 'CR2'],
  ['image/vnd.adobe.photoshop', 'PSD'],
  ['image/heic', 'HEIC'],
])('%s is called %s', (mimeType, name) => {
  expect(formatName(mimeType)).toBe(name);
});
