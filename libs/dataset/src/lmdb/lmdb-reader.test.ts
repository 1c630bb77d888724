import { TempFolder } from '../testing/temp-folder';
import { lmdbFixture } from '../testing/lmdb-fixtures';
import { LmdbReader } from './lmdb-reader';

/** The seed of the flipped bits; it changes with every run, and the test name contains it. */
const SEED = Date.now() % 2 ** 31;
const MAX_BYTES = 16 * 1024 * 1024;
let folder: TempFolder;
let opened: LmdbReader[] = [];
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(async () => {
  for (const reader of opened) await reader.close();
  opened = [];
  expect(await folder.openFiles()).toEqual([]);
  await folder.remove();
});

async function openBytes(bytes: Uint8Array): Promise<LmdbReader> {
  const reader = await LmdbReader.open(await folder.write('data.mdb', bytes));
  opened.push(reader);
  return reader;
}
async function contents(reader: LmdbReader): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key, value } of reader.entries())
    found.set(key.toString(), (await reader.readValue(value, MAX_BYTES)).toString());
  return found;
}
/** The same keys as in make.py. */
const valueOf = (key: string, size: number): string => key.repeat(size / key.length + 1).slice(0, size);
/** The order of the keys' bytes, because they are ASCII. */
const sorted = (pairs: readonly (readonly [string, string])[]): [string, string][] =>
  [...new Map(pairs)].sort(([a], [b]) => (a < b ? -1 : 1));

test('an empty file has no keys', async () => {
  const reader = await openBytes(lmdbFixture('empty'));
  expect(reader.entryCount).toBe(0);
  expect(await contents(reader)).toEqual(new Map());
  expect(await reader.get(Buffer.from('key'))).toBeUndefined();
});

test('a file with one key gives that key', async () => {
  expect(await contents(await openBytes(lmdbFixture('one')))).toEqual(new Map([['key', 'value']]));
});

test('10,000 keys on three levels are in the order of their bytes, and each is found', async () => {
  const reader = await openBytes(lmdbFixture('many'));
  const wanted = sorted(
    Array.from({ length: 10_000 }, (_, i) => [`${i}-${'k'.repeat(60)}`, valueOf(String(i), 4)] as const),
  );
  expect(reader.entryCount).toBe(10_000);
  expect([...(await contents(reader))]).toEqual(wanted);
  for (const [key, value] of wanted) {
    const found = await reader.get(Buffer.from(key));
    expect((await reader.readValue(found!, MAX_BYTES)).toString()).toBe(value);
  }
  for (const key of ['', '0', '5000-', `5000-${'k'.repeat(61)}`, 'zzz'])
    expect(await reader.get(Buffer.from(key))).toBeUndefined();
});

test('values from 0 bytes to 3 MB are read, from the leaf and from their own pages', async () => {
  const sizes = [0, 1, 100, 2_020, 2_060, 4_080, 4_081, 1_048_576, 3_000_000];
  const reader = await openBytes(lmdbFixture('sizes'));
  expect([...(await contents(reader))]).toEqual(
    sorted(sizes.map((size) => [String(size), valueOf(String(size), size)] as const)),
  );
  const large = await reader.get(Buffer.from('3000000'));
  await expect(reader.readValue(large!, 2_999_999)).rejects.toMatchObject({ name: 'ItemError', code: 'TOO_LARGE' });
});

test('a file with deleted and rewritten keys gives the last written values', async () => {
  const wanted = new Map<string, string>();
  const key = (i: number): string => String(i).padStart(4, '0');
  for (let i = 0; i < 400; i++) wanted.set(key(i), valueOf(key(i), i % 10 === 0 ? 9_000 : 300));
  for (let turn = 1; turn < 6; turn++) {
    for (let i = turn; i < 400; i += 7) wanted.delete(key(i));
    for (let i = turn; i < 400; i += 5) wanted.set(key(i), valueOf(`${turn}-${key(i)}`, i % 9 === turn ? 5_000 : 200));
  }
  expect([...(await contents(await openBytes(lmdbFixture('rewritten'))))]).toEqual(sorted([...wanted]));
});

test('when the newer meta page is damaged, the previous state is read', async () => {
  const bytes = lmdbFixture('one');
  bytes[4_096 + 16] = 0;
  expect(await contents(await openBytes(bytes))).toEqual(new Map());
});

test('when the first meta page is damaged the second is found by its own page size', async () => {
  const bytes = lmdbFixture('one');
  bytes.fill(0, 0, 4_096);
  expect(await contents(await openBytes(bytes))).toEqual(new Map([['key', 'value']]));
});

test('files that are not LMDB files of this kind are refused by name', async () => {
  const other = lmdbFixture('one');
  other[20] = 2;
  await expect(openBytes(other)).rejects.toThrow(/data\.mdb has LMDB data version 2/);
  await expect(openBytes(Buffer.alloc(100))).rejects.toThrow(/too short/);
  await expect(openBytes(Buffer.alloc(10_000))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const duplicates = lmdbFixture('one');
  duplicates[4_096 + 92] = 4;
  await expect(openBytes(duplicates)).rejects.toThrow(/dupsort/);
  await expect(LmdbReader.open(folder.path)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(LmdbReader.open(`${folder.path}/none`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a sub-database is refused', async () => {
  await expect(contents(await openBytes(lmdbFixture('sub-database')))).rejects.toThrow(
    /data\.mdb .*page \d+: .*sub-data/,
  );
});

test('the error of a truncated file names the missing page', async () => {
  const bytes = lmdbFixture('many');
  const reader = await openBytes(bytes.subarray(0, bytes.length / 2));
  await expect(contents(reader)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(
      /data\.mdb cannot be read at page \d+: the file ends at byte \d+: it was cut off/,
    ) as unknown,
  });
});

test('a branch that leads back to the root is refused', async () => {
  const bytes = lmdbFixture('many');
  const root = Number(bytes.readBigUInt64LE(4_096 + 128));
  const at = root * 4_096;
  bytes.writeUInt32LE(root, at + bytes.readUInt16LE(at + 16));
  await expect(contents(await openBytes(bytes))).rejects.toThrow(/out of order|cannot be read at page/);
});

test('two branches that lead to the same page are refused', async () => {
  const bytes = lmdbFixture('many');
  const at = Number(bytes.readBigUInt64LE(4_096 + 128)) * 4_096;
  const node = (index: number): number => at + bytes.readUInt16LE(at + 16 + 2 * index);
  bytes.writeUInt32LE(bytes.readUInt32LE(node(0)), node(1));
  await expect(contents(await openBytes(bytes))).rejects.toThrow(/its keys are out of order/);
});

test(`a file with flipped bits gives a typed error or is read (seed ${SEED})`, async () => {
  const random = seeded(SEED);
  const originals = ['rewritten', 'many', 'dataset'].map(lmdbFixture);
  const outcomes = { read: 0, refused: 0 };
  for (let turn = 0; turn < 120; turn++) {
    const original = originals[turn % originals.length]!;
    const bytes = Buffer.from(original);
    const flips = 1 + (random() % 40);
    for (let i = 0; i < flips; i++) {
      // Half of the bits are in the headers of pages, which contain the structure.
      const page = random() % (bytes.length / 4_096);
      const at = i % 2 === 0 ? page * 4_096 + (random() % 160) : random() % bytes.length;
      bytes[at]! ^= 1 << (random() % 8);
    }
    try {
      const reader = await openBytes(bytes);
      await reader.get(original.subarray(8_200, 8_210));
      await contents(reader);
      outcomes.read++;
    } catch (error) {
      const { name } = error as Error;
      if (name !== 'InvalidInputError' && name !== 'ItemError')
        throw new Error(`turn ${turn}: ${name}`, { cause: error });
      outcomes.refused++;
    }
    await opened.pop()?.close();
  }
  expect(outcomes.read).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
}, 300_000);

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}
