import { imageAttributes, matches, NO_FACTS, type ImageFilter, type ImageReader, type ImageRow } from '@wentu/domain';
import { FACET_FIELDS, type Facet, type FacetField } from './count-facets';
import { Facets } from './facets';

const COLLECTION = { id: 1, name: 'c' };
const seed = Math.floor(Math.random() * 2 ** 32);
let state = seed;
/** mulberry32 */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const of = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

/** Rows as a store has them, and the number of rows that were read. */
class Rows {
  ready: ImageRow[] = [];
  read = 0;
  withoutFacts = 0;
  attributesVersion = 0;

  counted = 0;

  readonly reader = {
    contents: async () => ({
      imageCount: this.ready.length,
      newestId: this.ready.at(-1)?.id ?? 0,
      withoutFacts: this.withoutFacts,
      attributesVersion: this.attributesVersion,
    }),
    pageAttributes: async (_collection, afterId, limit) => {
      const page = this.ready.filter(({ id }) => id > afterId).slice(0, limit);
      this.read += page.length;
      return { ids: page.map(({ id }) => id), attributes: page.map(imageAttributes) };
    },
    pageIdsInState: async (_collection, _state, afterId, limit) =>
      this.ready
        .map(({ id }) => id)
        .filter((id) => id > afterId)
        .slice(0, limit),
    countMatching: async (_collection, filter) => {
      this.counted++;
      return this.ready.filter((each) => matches(filter, imageAttributes(each))).length;
    },
    findAll: async (_collection, imageIds) => this.ready.filter(({ imageId }) => imageIds.includes(imageId)),
  } satisfies Pick<ImageReader, 'contents' | 'pageAttributes' | 'pageIdsInState' | 'findAll' | 'countMatching'>;

  add(count: number): void {
    for (let i = 0; i < count; i++) this.ready.push(row((this.ready.at(-1)?.id ?? 0) + 1 + Math.floor(3 * random())));
  }
}

function row(id: number): ImageRow {
  const atMs = Date.UTC(2020 + Math.floor(4 * random()), Math.floor(12 * random()), 1 + Math.floor(28 * random()));
  const hasFacts = random() < 0.8;
  return {
    ...{ id, collectionId: 1, imageId: `${of(['', 'a/', 'a/b/', 'a/b c/', 'ab/', 'a/b/c/d/'])}${id}` },
    ...{
      state: 'READY',
      contentHash: '',
      mimeType: of(['image/png', 'image/jpeg']),
      width: id % 7,
      height: 1,
      sizeBytes: id,
    },
    original: { kind: 'copied' },
    facts: hasFacts
      ? {
          takenAt: { atMs: atMs + of([0, 1, 86_399_999]), offsetMinutes: of([null, 0, 480, -660]), source: 'EXIF' },
          camera: of([null, 'A', 'a', 'B']),
          lens: of([null, 'L']),
          place: of([null, { latitude: 30, longitude: of([110, 111]) }]),
          orientation: 1,
        }
      : NO_FACTS,
    own: {
      tags: ['constructor', 'x', '海'].filter(() => random() < 0.4),
      attributes: random() < 0.5 ? [] : [{ name: 'p', kind: 'number', value: id % 5 }],
    },
  };
}

const FILTERS: readonly (ImageFilter | null)[] = [
  null,
  { kind: 'inFolder', attribute: 'imageId', folder: 'a/b' },
  { kind: 'range', attribute: 'takenAt', from: Date.UTC(2021, 0, 1), to: Date.UTC(2022, 5, 1) },
  { kind: 'takenLocally', from: Date.UTC(2021, 0, 1), to: Date.UTC(2022, 5, 1) },
  { kind: 'not', filter: { kind: 'takenLocally', to: Date.UTC(2022, 5, 1) } },
  { kind: 'not', filter: { kind: 'exists', attribute: 'camera' } },
  { kind: 'not', filter: { kind: 'oneOf', attribute: 'camera', values: ['A', 'a'] } },
  { kind: 'near', latitude: 30, longitude: 110, km: 10 },
  { kind: 'not', filter: { kind: 'near', latitude: 30, longitude: 110, km: 10 } },
  { kind: 'equal', attribute: 'imageId', value: 'a/1' },
  {
    kind: 'or',
    filters: [
      {
        kind: 'and',
        filters: [
          { kind: 'exists', attribute: 'lens' },
          { kind: 'range', attribute: 'width', to: 3 },
        ],
      },
      { kind: 'equal', attribute: 'width', value: 5 },
      { kind: 'equal', attribute: 'constructor', value: 5 },
    ],
  },
  { kind: 'oneOf', attribute: 'tags', values: ['x', '海'] },
  { kind: 'not', filter: { kind: 'range', attribute: 'own.number.p', from: 2, to: 3 } },
];

/** The same counts, from each row by itself. */
function expected(rows: readonly ImageRow[], filter: ImageFilter | null, field: FacetField, folder: string) {
  const counts = new Map<string, number>();
  for (const each of rows) {
    if (filter && !matches(filter, imageAttributes(each))) continue;
    const value = valueOf(each, field, folder);
    const values = field === 'TAG' ? each.own.tags : value === null ? [] : [value];
    for (const one of values) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return counts;
}

function valueOf({ imageId, mimeType, facts }: ImageRow, field: FacetField, folder: string): string | null {
  const local =
    facts.takenAt && new Date(facts.takenAt.atMs + (facts.takenAt.offsetMinutes ?? 0) * 60_000).toISOString();
  switch (field) {
    case 'YEAR':
      return local && local.slice(0, 4);
    case 'MONTH':
      return local && local.slice(0, 7);
    case 'DAY':
      return local && local.slice(0, 10);
    case 'CAMERA':
      return facts.camera;
    case 'LENS':
      return facts.lens;
    case 'TYPE':
      return mimeType;
    case 'TAG':
      return null;
    case 'FOLDER': {
      const segments = imageId.split('/');
      const depth = folder === '' ? 0 : folder.split('/').length;
      const isBelow = segments.slice(0, depth).join('/') === folder && segments.length > depth + 1;
      return isBelow ? segments.slice(0, depth + 1).join('/') : null;
    }
  }
}

async function check(facets: Facets, rows: Rows): Promise<void> {
  for (const filter of FILTERS)
    for (const folder of ['', 'a', 'a/b']) {
      const query = { filter, folder, fields: FACET_FIELDS, limit: 1_000 };
      for (const { field, values, totalCount, imageCount } of await facets.count(COLLECTION, query)) {
        const wanted = expected(rows.ready, filter, field, folder);
        expect({ filter, field, counts: new Map(values.map(({ value, count }) => [value, count])) }).toEqual({
          ...{ filter, field, counts: wanted },
        });
        expect(totalCount).toBe(wanted.size);
        const tagged = rows.ready.filter((each) => !filter || matches(filter, imageAttributes(each)));
        const counted = [...wanted.values()].reduce((sum, count) => sum + count, 0);
        expect(imageCount).toBe(field === 'TAG' ? tagged.filter(({ own }) => own.tags.length > 0).length : counted);
      }
    }
}

test(`counts are those of the rows, while rows are added, deleted and get facts (seed ${seed})`, async () => {
  const rows = new Rows();
  const facets = new Facets(rows.reader);
  await check(facets, rows);
  rows.add(300);
  await check(facets, rows);
  expect(rows.read).toBe(300);
  rows.add(50);
  rows.ready = rows.ready.filter(() => random() < 0.9);
  const { length } = rows.ready;
  await check(facets, rows);
  // Rows that were known are not read again.
  expect(rows.read).toBeLessThanOrEqual(350);
  // The newest rows are deleted, too.
  rows.ready = rows.ready.slice(0, length - 20);
  await check(facets, rows);
  rows.ready = rows.ready.map((each) => ({ ...each, facts: row(each.id).facts }));
  rows.withoutFacts = 7;
  await check(facets, rows);
  // An owner changes tags.
  rows.ready = rows.ready.map((each) => ({ ...each, own: row(each.id).own }));
  rows.attributesVersion = 1;
  await check(facets, rows);
  // Most rows are deleted.
  rows.ready = rows.ready.filter(({ id }) => id % 10 === 0);
  await check(facets, rows);
});

test('a row that becomes READY after rows with larger ids is counted', async () => {
  const rows = new Rows();
  const facets = new Facets(rows.reader);
  rows.add(20);
  const [late] = rows.ready.splice(5, 1);
  await check(facets, rows);
  rows.ready.splice(5, 0, late!);
  await check(facets, rows);
});

test('images that match are counted in the store, or in memory once the attributes are there', async () => {
  const rows = new Rows();
  rows.add(100);
  const facets = new Facets(rows.reader);
  const check = async (): Promise<void> => {
    for (const filter of FILTERS)
      if (filter) {
        const wanted = rows.ready.filter((each) => matches(filter, imageAttributes(each))).length;
        expect([filter, await facets.countMatching(COLLECTION, filter)]).toEqual([filter, wanted]);
      }
  };
  await check();
  expect([rows.counted, rows.read]).toEqual([FILTERS.length - 1, 0]);
  await facets.count(COLLECTION, { fields: ['TYPE'], filter: null, folder: '', limit: 1 });
  rows.add(10);
  await check();
  expect([rows.counted, rows.read]).toEqual([FILTERS.length - 1, 110]);
});

test('the ids of few images that match are known once the attributes are there, and while they are the same', async () => {
  const rows = new Rows();
  rows.add(100);
  const facets = new Facets(rows.reader);
  const read = async (): Promise<unknown> =>
    await facets.count(COLLECTION, { fields: ['TYPE'], filter: null, folder: '', limit: 1 });
  const check = async (): Promise<void> => {
    for (const filter of FILTERS)
      if (filter) {
        const wanted = rows.ready.filter((each) => matches(filter, imageAttributes(each))).map(({ id }) => id);
        const few = wanted.length <= rows.ready.length / 10 ? wanted : null;
        expect([filter, await facets.fewMatching(COLLECTION, filter)]).toEqual([filter, few]);
      }
  };
  const any: ImageFilter = { kind: 'equal', attribute: 'imageId', value: rows.ready[5]!.imageId };
  const few = [rows.ready[5]!.id];
  // The first call begins to read.
  expect(await facets.fewMatching(COLLECTION, any)).toBeNull();
  await read();
  expect(rows.read).toBe(100);
  expect(await facets.fewMatching(COLLECTION, any)).toEqual(few);
  await check();
  rows.add(10);
  rows.ready.splice(7, 3);
  await check();
  // An owner changes tags.
  rows.ready = rows.ready.map((each) => ({ ...each, own: row(each.id).own }));
  rows.attributesVersion = 1;
  expect(await facets.fewMatching(COLLECTION, any)).toBeNull();
  await read();
  await check();
});

test('values are in their order, and not more than the limit', async () => {
  const rows = new Rows();
  rows.add(200);
  const count = async (field: FacetField): Promise<Facet | undefined> =>
    (await new Facets(rows.reader).count(COLLECTION, { fields: [field], filter: null, folder: '', limit: 2 }))[0];
  expect((await count('YEAR'))?.values.map(({ value }) => value)).toEqual(['2023', '2022']);
  const types = (await count('TYPE'))?.values ?? [];
  expect(types[0]!.count).toBeGreaterThanOrEqual(types[1]!.count);
  const folders = await count('FOLDER');
  expect(folders).toMatchObject({ totalCount: 2, values: [{ value: 'a' }, { value: 'ab' }] });
});

test('concurrent counts read the rows once, and a collection that is too large is refused', async () => {
  const rows = new Rows();
  rows.add(100);
  const facets = new Facets(rows.reader);
  const query = { fields: FACET_FIELDS, filter: null, folder: '', limit: 10 };
  await Promise.all([1, 2, 3].map(() => facets.count(COLLECTION, query)));
  expect(rows.read).toBe(100);
  const contents = async () => ({ imageCount: 2_000_001, newestId: 2_000_001, withoutFacts: 0, attributesVersion: 0 });
  const tooMany = new Facets({ ...rows.reader, contents });
  await expect(tooMany.count(COLLECTION, query)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  // The rows are counted in the store.
  expect(await tooMany.countMatching(COLLECTION, { kind: 'exists', attribute: 'imageId' })).toBe(100);
});

test('a read that fails fails its count, and the next count reads again', async () => {
  const rows = new Rows();
  rows.add(10);
  let isBroken = true;
  const pageAttributes: ImageReader['pageAttributes'] = async (...args) => {
    if (isBroken) throw new Error('broken');
    return await rows.reader.pageAttributes(...args);
  };
  const facets = new Facets({ ...rows.reader, pageAttributes });
  const query = { fields: ['TYPE'] as const, filter: null, folder: '', limit: 10 };
  await expect(facets.count(COLLECTION, query)).rejects.toThrow('broken');
  isBroken = false;
  expect((await facets.count(COLLECTION, query))[0]?.imageCount).toBe(10);
});

test('a count that is under way does not see a table that is read again', async () => {
  const rows = new Rows();
  rows.add(50);
  const gates = { findAll: [] as (() => void)[], page: [] as (() => void)[] };
  let isHeld = false;
  const held = async (gate: (() => void)[]): Promise<void> => {
    if (isHeld) await new Promise<void>((open) => gate.push(open));
  };
  const facets = new Facets({
    ...rows.reader,
    findAll: async (...args) => (await held(gates.findAll), rows.reader.findAll(...args)),
    pageAttributes: async (...args) => (await held(gates.page), rows.reader.pageAttributes(...args)),
  });
  const filter: ImageFilter = { kind: 'inFolder', attribute: 'imageId', folder: 'a' };
  const wanted = rows.ready.filter((each) => matches(filter, imageAttributes(each))).length;
  const query = { fields: ['TYPE'] as const, filter, folder: '', limit: 10 };
  expect((await facets.count(COLLECTION, query))[0]?.imageCount).toBe(wanted);
  isHeld = true;
  const until = async (gate: readonly unknown[]): Promise<void> => {
    while (gate.length === 0) await new Promise((done) => setImmediate(done));
  };
  const first = facets.count(COLLECTION, query);
  await until(gates.findAll);
  rows.withoutFacts = 1;
  const second = facets.count(COLLECTION, query);
  await until(gates.page);
  gates.findAll[0]?.();
  expect((await first)[0]?.imageCount).toBe(wanted);
  isHeld = false;
  gates.page[0]?.();
  expect((await second)[0]?.imageCount).toBe(wanted);
});
