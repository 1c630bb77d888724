import { formatAddress, parseAddress } from './url-state';

test.each([
  { query: '', collection: null },
  { query: '雪地里的小狗', collection: null },
  { query: 'a+b & c=d #1 100%', collection: '我的 图库/2024' },
  { query: '', collection: 'samples' },
])('an address survives the way through the URL: %j', (address) => {
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

test('the start page has no query string', () => {
  expect(formatAddress({ query: '   ', collection: null })).toBe('');
});

test('a query is trimmed, and an empty collection is none', () => {
  expect(parseAddress('?q=%20%E7%81%AB%E7%AE%AD%20&c=')).toEqual({ query: '火箭', collection: null });
});

test('a broken escape in a hand-written link does not throw', () => {
  expect(parseAddress('?q=%E7%8').collection).toBeNull();
});
