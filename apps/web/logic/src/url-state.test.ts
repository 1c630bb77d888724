import { formatAddress, parseAddress } from './url-state';

const START = { query: '', like: null, collection: null, view: 'search' } as const;

test.each([
  START,
  { ...START, query: '雪地里的小狗' },
  { ...START, query: 'a+b & c=d #1 100%', collection: '我的 图库/2024' },
  { ...START, collection: 'samples' },
  { ...START, like: '旅行/海 边&1.jpg', collection: 'samples' },
  { ...START, collection: 'samples', view: 'collections' as const },
])('an address survives a round trip through the URL: %j', (address) => {
  expect(parseAddress(formatAddress(address))).toEqual(address);
});

test('the start page has no query string', () => {
  expect(formatAddress({ ...START, query: '   ' })).toBe('');
});

test('a query is trimmed, and an empty collection counts as none', () => {
  expect(parseAddress('?q=%20%E7%81%AB%E7%AE%AD%20&c=')).toEqual({ ...START, query: '火箭' });
});

test('with a text and an image the text counts', () => {
  expect(parseAddress('?q=a&like=b')).toMatchObject({ query: 'a', like: null });
  expect(formatAddress({ ...START, query: 'a', like: 'b' })).toBe('?q=a');
});

test('a broken escape or an unknown view in a hand-written link does not throw', () => {
  expect(parseAddress('?q=%E7%8').collection).toBeNull();
  expect(parseAddress('?view=nothing').view).toBe('search');
});
