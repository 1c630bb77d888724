import { likenessOf } from './likeness';

test('a hit is like the text in words that follow its relevance; a hit with the words has them', () => {
  const words = [2, 1.4, 1.39, 1, 0.99, 0.75, 0.74, -1].map((relevance) => likenessOf({ relevance, matched: null }));
  expect(words).toEqual([
    ...['likeVery', 'likeVery', 'likeYes', 'likeYes'],
    ...['likeSome', 'likeSome', 'likeHardly', 'likeHardly'],
  ]);
  expect(likenessOf({ relevance: null, matched: {} })).toBe('likeWords');
  expect(likenessOf({ relevance: null, matched: null })).toBeNull();
});
