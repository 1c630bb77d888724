import { Readable } from 'node:stream';
import type { NewSpace } from '@wentu/domain';
import type { SearchPage, SearchTarget } from '@wentu/search';
import { SearchCases, type SearchPorts } from './search-cases';

const space = (name: string): NewSpace => ({ space: name, dimension: 1, model: name });
const nothing: SearchPage = {
  ...{ collections: ['c'], ranking: 'SIMILARITY', unanswered: [], hits: [], total: 0 },
  ...{ hasPreviousPage: false, hasNextPage: false },
};

/** Use cases whose searcher encodes each target in one space, and the pictures that were encoded. */
function casesIn(name: () => string): { cases: SearchCases; encoded: string[]; targets: SearchTarget[] } {
  const encoded: string[] = [];
  const targets: SearchTarget[] = [];
  const searcher = {
    page: async (target: SearchTarget) => {
      targets.push(target);
      for (const part of 'all' in target ? target.all : [target])
        if ('encode' in part) await part.encode({ ...space(name()), id: 1 });
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
    words: {
      page: async () => {
        throw new Error('not used');
      },
    },
    auto: {
      page: async () => {
        throw new Error('not used');
      },
    },
    remote: {
      open: async (url) => ({ content: Readable.from(chunksAt(url)), sizeBytes: 0 }),
    },
    encodePicture: async (bytes, { space: used }) => (encoded.push(`${used} ${bytes.join()}`), Float32Array.of(1)),
    calibrations: { floorOf: async () => null },
    limits: { maxTopK: 10 },
    onSearch: () => undefined,
    now: () => new Date('2026-11-25T04:00:00Z'),
    timeZone: 'Asia/Shanghai',
  } satisfies SearchPorts;
  return { cases: new SearchCases(ports), encoded, targets };
}

/** What a host sends: its path is the number of mebibytes. */
function* chunksAt(url: string): Generator<Buffer> {
  for (let n = Number(new URL(url).pathname.slice(1)); n > 0; n -= 1) yield Buffer.alloc(1024 * 1024);
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

test('the terms of a mixed query keep their weights, their ids are in NFC and their pictures are encoded', async () => {
  const { cases, encoded, targets } = casesIn(() => 'a');
  const picture = (): Uint8Array => Uint8Array.of(7);
  const all = [
    { text: '海边', weight: 1 },
    { imageId: 'cafe\u0301', weight: 0.5 },
    { image: 'Image:12', weight: 0.2 },
    { picture, weight: -1 },
  ];
  await cases.page({ all }, 'c', { first: 1 });
  expect(targets).toMatchObject([
    {
      all: [
        { text: '海边', weight: 1 },
        { imageId: 'caf\u00e9', weight: 0.5 },
        { image: 12, weight: 0.2 },
        { encode: expect.any(Function) as unknown, weight: -1 },
      ],
    },
  ]);
  expect(encoded).toEqual(['a 7']);
  for (const image of ['x', 'Collection:3'])
    await expect(cases.page({ image }, 'c', { first: 1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringMatching(/such as Image:123/) as string,
    });
  // Refused before any of them is read.
  const unread = (): Uint8Array => {
    throw new Error('the picture was read');
  };
  const many = Array.from({ length: 9 }, () => ({ picture: unread, weight: 1 }));
  await expect(cases.page({ all: many }, 'c', { first: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('fetches a picture, but not one of more than 32 MiB', async () => {
  const { cases } = casesIn(() => 'a');
  const { signal } = new AbortController();
  expect(await cases.fetchPicture('https://a/32', signal)).toHaveLength(32 * 1024 * 1024);
  await expect(cases.fetchPicture('https://a/33', signal)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('https://a/33') as string,
  });
});
