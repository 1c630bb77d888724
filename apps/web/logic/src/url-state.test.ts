import { NO_FILTER } from './page-filter';
import { formatAddress, isBrowsing, parseAddress, START } from './url-state';

test.each([
  START,
  { ...START, query: '雪地里的小狗' },
  { ...START, query: 'a+b & c=d #1 100%', collection: '我的 图库/2024' },
  { ...START, collection: 'samples' },
  { ...START, like: '旅行/海 边&1.jpg', collection: 'samples' },
  { ...START, collection: 'samples', view: 'collections' as const },
  { ...START, view: 'models' as const },
  { ...START, collection: 'samples', view: 'duplicates' as const },
  { ...START, collection: 'samples', sort: '-size' as const },
  { ...START, query: '去年夏天的猫', everywhere: true, readsDates: false, isOnce: true },
  { ...START, query: '发票', match: 'words' as const },
  { ...START, query: '猫', filter: { ...NO_FILTER, from: '2025-06-01', types: ['image/png', 'image/jpeg'] } },
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

test('all collections have no name, and no image of one of them', () => {
  expect(parseAddress('?in=all&c=samples&like=a')).toEqual({ ...START, everywhere: true });
  expect(formatAddress({ ...START, everywhere: true, collection: 'samples', like: 'a' })).toBe('?in=all');
});

test('the other views keep the collection, and no filter', () => {
  const filter = { ...NO_FILTER, folder: 'a' };
  expect(formatAddress({ ...START, collection: 'samples', filter, everywhere: true, view: 'models' })).toBe(
    '?view=models&c=samples',
  );
});

test('all pictures are shown in an order when there is a condition or an order, and nothing to search for', () => {
  const filter = { ...NO_FILTER, folder: 'a' };
  expect(isBrowsing(START)).toBe(false);
  expect(isBrowsing({ ...START, filter })).toBe(true);
  expect(isBrowsing({ ...START, sort: 'name' })).toBe(true);
  expect(isBrowsing({ ...START, filter, query: '猫' })).toBe(false);
  expect(isBrowsing({ ...START, filter, everywhere: true })).toBe(false);
  expect(isBrowsing({ ...START, filter, view: 'models' })).toBe(false);
  expect(parseAddress('?sort=size&q=a').sort).toBeNull();
  expect(parseAddress('?sort=colour').sort).toBeNull();
  expect(parseAddress('?q=a&match=colour').match).toBe('auto');
  expect(formatAddress({ ...START, sort: 'size', query: 'a' })).toBe('?q=a');
});
