import type { NewSpace } from '@wentu/domain';
import type { SearchTarget } from '@wentu/search';
import { SearchCases, type SearchPorts } from './search-cases';

const space = (name: string): NewSpace => ({ space: name, dimension: 1, model: name });
const nothing = { collection: 'c', hits: [], total: 0, hasPreviousPage: false, hasNextPage: false };

/** Use cases whose searcher encodes each target in one space, and the pictures that were encoded. */
function casesIn(name: () => string): { cases: SearchCases; encoded: string[] } {
  const encoded: string[] = [];
  const searcher = {
    page: async (target: SearchTarget) => {
      if ('encode' in target) await target.encode({ ...space(name()), id: 1 });
      return nothing;
    },
    search: async () => [],
    rankTexts: async () => [],
    explainText: async () => ({ understood: true, unknownWords: [], usedText: '', ignoredText: '' }),
    isSearchable: async () => true,
  };
  const ports = {
    collections: { find: async () => null, list: async () => [] },
    searcher,
    encodePicture: async (bytes, { space: used }) => (encoded.push(`${used} ${bytes.join()}`), Float32Array.of(1)),
    floors: { of: async () => null },
    limits: { maxTopK: 10 },
  } satisfies SearchPorts;
  return { cases: new SearchCases(ports), encoded };
}

const page = async (cases: SearchCases, ...bytes: number[]): Promise<unknown> =>
  await cases.page({ picture: () => Uint8Array.from(bytes) }, 'c', { first: 1 });

test('the pages of a picture search encode the picture once in each space', async () => {
  let used = 'a';
  const { cases, encoded } = casesIn(() => used);
  await page(cases, 1);
  await page(cases, 1);
  await page(cases, 2);
  used = 'b';
  await page(cases, 1);
  expect(encoded).toEqual(['a 1', 'a 2', 'b 1']);
});

test('the vectors of 64 pictures are kept, and those used last stay', async () => {
  const { cases, encoded } = casesIn(() => 'a');
  for (let i = 0; i < 64; i++) await page(cases, i);
  await page(cases, 0);
  await page(cases, 64);
  encoded.length = 0;
  await page(cases, 0);
  await page(cases, 64);
  await page(cases, 1);
  expect(encoded).toEqual(['a 1']);
});
