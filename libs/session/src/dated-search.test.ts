import type { FoundHit, PageOptions, SearchPage, SearchTarget } from '@wentu/search';
import { SearchCases, type SearchPorts } from './search-cases';

const EXIF = { kind: 'equal', attribute: 'takenAtSource', value: 'EXIF' };
const utc = (text: string): number => Date.parse(`${text}Z`);

interface Call {
  readonly target: SearchTarget;
  readonly options: PageOptions;
}

/** Searches in a collection, of which each call is kept. `totalOf` gives the number of hits under a filter. */
function casesAt(now: () => string, totalOf: (options: PageOptions) => number): { cases: SearchCases; calls: Call[] } {
  const calls: Call[] = [];
  const twin = { isRelevant: true, duplicates: [] as readonly FoundHit[] } as FoundHit;
  const hit = { ...twin, duplicates: [twin] };
  const ports = {
    collections: { find: async () => null, list: async () => [] },
    searcher: {
      page: async (target: SearchTarget, _scope: unknown, options: PageOptions): Promise<SearchPage> => {
        calls.push({ target, options });
        const total = totalOf(options);
        const hits = total > 0 ? [{ hit, cursor: 'AQcursor' }] : [];
        return {
          ...{ collections: ['c'], ranking: 'SIMILARITY', unanswered: [], hits, total },
          ...{ hasPreviousPage: false, hasNextPage: total > 1 },
        };
      },
      search: async () => [],
      rankTexts: async () => [],
      explainText: async () => ({ understood: true, unknownWords: [], usedText: '', ignoredText: '' }),
      isSearchable: async () => true,
    },
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
      open: async () => {
        throw new Error('not used');
      },
    },
    encodePicture: async () => Float32Array.of(1),
    calibrations: { floorOf: async () => null },
    limits: { maxTopK: 10 },
    onSearch: () => undefined,
    now: () => new Date(now()),
    timeZone: 'Asia/Shanghai',
  } satisfies SearchPorts;
  return { cases: new SearchCases(ports), calls };
}

test('the next page has the range of the first one, also after midnight', async () => {
  let now = '2026-11-25T23:59:00+08:00';
  const { cases, calls } = casesAt(
    () => now,
    () => 2,
  );
  const first = await cases.page({ text: '昨天的猫' }, 'c', { first: 1, datesInWords: true });
  now = '2026-11-26T00:01:00+08:00';
  const after = first.hits[0]?.cursor ?? '';
  const second = await cases.page({ text: '昨天的猫' }, 'c', { first: 1, after, datesInWords: true });
  const [takenAfter, takenBefore] = [utc('2026-11-24T00:00:00'), utc('2026-11-25T00:00:00')];
  expect(first.understood).toEqual({ text: '猫', words: '昨天', takenAfter, takenBefore });
  expect(second.understood).toEqual(first.understood);
  const filter = { kind: 'and', filters: [EXIF, { kind: 'takenLocally', from: takenAfter, to: takenBefore - 1 }] };
  expect(calls).toEqual([
    { target: { text: '猫' }, options: { first: 1, filter } },
    { target: { text: '猫' }, options: { first: 1, after: 'AQcursor', filter } },
  ]);
});

test('open ranges, also before 1970, are kept by the cursor', async () => {
  const { cases, calls } = casesAt(
    () => '2026-11-25T12:00:00Z',
    () => 2,
  );
  for (const text of ['1950年以前的街道', '1950年以后的街道']) {
    const first = await cases.page({ text }, 'c', { first: 1, datesInWords: true });
    const after = first.hits[0]?.cursor ?? '';
    const second = await cases.page({ text }, 'c', { first: 1, after, datesInWords: true });
    expect(second.understood).toEqual(first.understood);
    const [one, two] = calls.splice(0);
    expect(two?.options.filter).toEqual(one?.options.filter);
  }
});

test('a text without a date, or without the choice, is one search as it was, with the cursors as they were', async () => {
  const { cases, calls } = casesAt(
    () => '2026-11-25T12:00:00Z',
    () => 2,
  );
  const pages = [
    await cases.page({ text: '猫' }, 'c', { first: 1, datesInWords: true }),
    await cases.page({ text: '昨天的猫' }, 'c', { first: 1 }),
    await cases.page({ text: '昨天的猫' }, 'c', { first: 1, after: 'AQcursor', datesInWords: true }),
  ];
  for (const { understood, hits } of pages) {
    expect(understood).toBeNull();
    expect(hits.map(({ cursor }) => cursor)).toEqual(['AQcursor']);
  }
  expect(calls).toEqual([
    { target: { text: '猫' }, options: { first: 1 } },
    { target: { text: '昨天的猫' }, options: { first: 1 } },
    { target: { text: '昨天的猫' }, options: { first: 1, after: 'AQcursor' } },
  ]);
});

test('without a picture of a camera the text is searched as it is; without one of that time there is no hit', async () => {
  const none = casesAt(
    () => '2026-11-25T12:00:00Z',
    ({ filter }) => (filter ? 0 : 5),
  );
  const plain = await none.cases.page({ text: '昨天的猫' }, 'c', { first: 3, datesInWords: true });
  expect(plain).toMatchObject({ total: 5, understood: null });
  expect(none.calls.at(-1)).toEqual({ target: { text: '昨天的猫' }, options: { first: 3 } });

  const others = casesAt(
    () => '2026-11-25T12:00:00Z',
    ({ filter }) => (filter?.kind === 'and' ? 0 : 5),
  );
  const found = await others.cases.page({ text: '昨天的猫' }, 'c', { first: 3, datesInWords: true });
  expect(found).toMatchObject({ total: 0, hits: [], understood: { words: '昨天' } });
  expect(others.calls.at(-1)?.options).toEqual({ first: 1, filter: EXIF });
});

test('a filter of the client stays, and one that is an `and` gets no deeper', async () => {
  const { cases, calls } = casesAt(
    () => '2026-11-25T12:00:00Z',
    () => 1,
  );
  const folder = { kind: 'inFolder', attribute: 'imageId', folder: 'a' } as const;
  const type = { kind: 'equal', attribute: 'mimeType', value: 'image/png' } as const;
  const found = async (filter: PageOptions['filter']): Promise<unknown> => {
    await cases.page({ text: '昨天的猫' }, 'c', { first: 1, datesInWords: true, ...(filter ? { filter } : {}) });
    return calls.at(-1)?.options.filter;
  };
  const taken = { kind: 'takenLocally' };
  expect(await found(folder)).toMatchObject({ kind: 'and', filters: [folder, EXIF, taken] });
  expect(await found({ kind: 'and', filters: [folder, type] })).toMatchObject({ filters: [folder, type, EXIF, taken] });
  expect(await found({ kind: 'or', filters: [folder, type] })).toMatchObject({
    filters: [{ kind: 'or' }, EXIF, taken],
  });
});

test('pictures of a date alone are not doubted, and neither are those that look the same', async () => {
  const { cases } = casesAt(
    () => '2026-11-25T12:00:00Z',
    () => 1,
  );
  const find = async (text: string): Promise<unknown> =>
    (await cases.page({ text }, 'c', { first: 1, datesInWords: true })).hits[0]?.hit;
  expect(await find('昨天')).toMatchObject({ isRelevant: null, duplicates: [{ isRelevant: null }] });
  expect(await find('昨天的猫')).toMatchObject({ isRelevant: true, duplicates: [{ isRelevant: true }] });
});
