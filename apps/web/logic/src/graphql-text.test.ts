import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate, visit } from 'graphql';
import { searchAsGraphql, viewAsGraphql } from './graphql-text';
import { filterInput, NO_FILTER } from './page-filter';
import { parseAddress } from './url-state';

test.each([{ text: '小狗' }, { text: 'a "quoted" \\ text\nof two lines \u2028' }, { imageId: '相册/1.png' }])(
  '%j is a valid query with this text',
  (query) => {
    const strings: string[] = [];
    visit(parse(searchAsGraphql(query, '我的 "图库"', null, { readsDates: true, isOnce: false, match: 'auto' })), {
      StringValue: ({ value }) => void strings.push(value),
    });
    expect(strings).toEqual([Object.values(query)[0], '我的 "图库"']);
  },
);

test('a copied search has its filter, and its choices', () => {
  const filter = filterInput({
    ...{ ...NO_FILTER, from: '2025-06-01', folder: 'a "b"', hasPlace: true, minPixels: 2000, types: ['image/png'] },
    near: { latitude: -31.5, longitude: 1e-7, km: 5 },
  });
  const text = searchAsGraphql({ text: '猫' }, null, filter, { readsDates: false, isOnce: true, match: 'words' });
  expect(() => parse(text)).not.toThrow();
  expect(text).toContain(
    'search(query: { text: "猫" }, everywhere: true, filter: { takenOn: { from: "2025-06-01" }, folder: "a \\"b\\"", ' +
      'mimeType: ["image/png"], has: [PLACE], near: { latitude: -31.5, longitude: 1e-7, km: 5 }, ' +
      'or: [{ width: { from: 2000 } }, { height: { from: 2000 } }] }, datesInWords: false, collapse: true, match: WORDS, first: 24)',
  );
});

const schema = buildSchema(readFileSync(join(__dirname, '../../../api/schema.graphql'), 'utf8'));

test.each([
  '?q=小狗&c=相册&once=1&match=words',
  '?q=小狗&in=all',
  '?like=a.png',
  '',
  '?sort=-taken&folder=旅行',
  ...['-loaded', 'size', 'name'].map((sort) => `?sort=${sort}`),
])('the view at %s is a query that the API accepts', (search) => {
  const text = viewAsGraphql(parseAddress(search), 'samples');
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
});
