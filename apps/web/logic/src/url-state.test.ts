import { formatAddress, parseAddress } from './url-state';

test.each([
  { query: '', like: null, collection: null },
  { query: '雪地里的小狗', like: null, collection: null },
  { query: 'a+b & c=d #1 100%', like: null, collection: '我的 图库/2024' },
  { query: '', like: null, collection: 'samples' },
  { query: '', like: '旅行/海 边&1.jpg', collection: 'samples' },
])('an address survives the way through the URL: %j', (address) => {
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

test('the start page has no query string', () => {
  expect(formatAddress({ query: '   ', like: null, collection: null })).toBe('');
});

test('a query is trimmed, and an empty collection is none', () => {
  expect(parseAddress('?q=%20%E7%81%AB%E7%AE%AD%20&c=')).toEqual({ query: '火箭', like: null, collection: null });
});

test('of a text and an image the text counts', () => {
  expect(parseAddress('?q=a&like=b')).toMatchObject({ query: 'a', like: null });
  expect(formatAddress({ query: 'a', like: 'b', collection: null })).toBe('?q=a');
});

test('a broken escape in a hand-written link does not throw', () => {
  expect(parseAddress('?q=%E7%8').collection).toBeNull();
});
