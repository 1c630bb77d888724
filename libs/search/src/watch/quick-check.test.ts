import { mkdtemp, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection, DatasetItem, ImageReader, KnownVersion } from '@wentu/domain';
import { from } from '../streams';
import { QuickCheck } from './quick-check';

const NOW = 1_800_000_000_000;
const collection = { id: 1, activeSpace: { id: 4 } } as Collection;

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-quick-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const itemAt = (name: string, ageMs: number, sizeBytes = 3): DatasetItem => ({
  ...{ item: name, imageId: name, location: join(folder, name) },
  file: { path: join(folder, name), modifiedAtMs: NOW - ageMs, sizeBytes },
  read: async () => Buffer.from('abc'),
});
const versionOf = ({ imageId, file }: DatasetItem): KnownVersion => ({
  ...{
    id: 1,
    imageId,
    fingerprint: 'f',
    source: folder,
    hasLocation: true,
    isKept: false,
    sizeBytes: 3,
    givenKey: null,
  },
  original: { kind: 'reference', path: file!.path, modifiedAtMs: file!.modifiedAtMs },
});

function setUp(known: readonly KnownVersion[], existing: Collection | null = collection) {
  const byLocation = new Map(known.map((version) => [join(folder, version.imageId), version]));
  const images: Pick<ImageReader, 'findVersions'> = {
    findVersions: async () => ({ byLocation, byImageId: new Map() }),
  };
  const source = { directory: folder, isUpload: false, isPut: false };
  const check = new QuickCheck({ images, collection: () => existing, ...source }, () => NOW);
  const counts = { skipped: 0, unsettled: 0 };
  const changed = async (...items: DatasetItem[]): Promise<string[]> => {
    const found: string[] = [];
    for await (const { item } of check.changed(from(items), counts)) found.push(item);
    return found;
  };
  return { check, counts, changed };
}

test('only files of another path, size or time are read, and those of images that are not by reference', async () => {
  const old = ['same', 'grown', 'touched', 'copied', 'kept', 'other model'].map((name) => itemAt(name, 60_000));
  const known = old.map((item): KnownVersion => {
    const version = versionOf(item);
    if (item.item === 'copied') return { ...version, original: { kind: 'copied' } };
    if (item.item === 'other model') return { ...version, fingerprint: null };
    return { ...version, isKept: item.item === 'kept' };
  });
  const now = old.map((item) => {
    if (item.item === 'grown') return itemAt('grown', 60_000, 4);
    return item.item === 'touched' ? itemAt('touched', 30_000) : item;
  });
  const { changed, counts } = setUp(known);
  expect(await changed(...now, itemAt('new', 60_000))).toEqual([
    ...['grown', 'touched', 'copied', 'kept', 'other model', 'new'],
  ]);
  expect(counts).toEqual({ skipped: 1, unsettled: 0 });
  expect(await setUp(known, null).changed(...now)).toHaveLength(6);
});

test('a file that was changed just now is left for the next load; a time in the future says nothing', async () => {
  const { changed, counts } = setUp([]);
  const items = [itemAt('now', 0), itemAt('almost', 1_999), itemAt('settled', 2_000), itemAt('future', -3_600_000)];
  expect(await changed(...items)).toEqual(['settled', 'future']);
  expect(counts).toEqual({ skipped: 0, unsettled: 2 });
});

test('a failure of a young file, or of one that has changed since, may be that of an incomplete file', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'abc');
  const { check } = setUp([]);
  const item = async (ageMs: number): Promise<DatasetItem> => {
    await utimes(path, new Date(NOW - ageMs), new Date(NOW - ageMs));
    const { mtimeMs, size } = await stat(path);
    return { ...itemAt('a', ageMs), file: { path, modifiedAtMs: mtimeMs, sizeBytes: size } };
  };
  expect(await check.mayBeIncomplete(await item(19_000))).toBe(true);
  const old = await item(21_000);
  expect([await check.mayBeIncomplete(old), await check.isAsFound(old)]).toEqual([false, true]);
  await writeFile(path, 'abcd');
  expect([await check.mayBeIncomplete(old), await check.isAsFound(old)]).toEqual([true, false]);
  await rm(path);
  expect([await check.mayBeIncomplete(old), await check.isAsFound(old)]).toEqual([true, false]);
  const row: Pick<DatasetItem, 'file' | 'item'> = { item: 'row 1' };
  expect([await check.mayBeIncomplete(row), await check.isAsFound(row)]).toEqual([false, true]);
});
