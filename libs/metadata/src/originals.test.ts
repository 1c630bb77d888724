import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_FACTS, NO_OWN, type ByteRange, type ImageRow } from '@wentu/domain';
import { createOriginalReader } from './originals';

const BYTES = Buffer.from('the bytes that were loaded');
const reader = createOriginalReader({ exists: async () => false, read: async () => null, open: async () => null });
let folder: string;
let path: string;
let row: ImageRow;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-originals-'));
  path = join(folder, 'a.png');
  await writeFile(path, BYTES);
  row = {
    ...{ id: 1, collectionId: 1, imageId: 'a.png', state: 'READY', mimeType: 'image/png', width: 1, height: 1 },
    contentHash: createHash('sha256').update(BYTES).digest('hex'),
    sizeBytes: BYTES.length,
    original: { kind: 'reference', path, modifiedAtMs: (await stat(path)).mtimeMs },
    facts: NO_FACTS,
    own: NO_OWN,
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(range?: ByteRange): Promise<string | null> {
  const stream = await reader.open(row, range);
  if (!stream) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('reads an unchanged file completely or in a range', async () => {
  expect(await opened()).toBe(String(BYTES));
  expect(await opened({ start: 4, end: 9 })).toBe('bytes');
  expect(await reader.read(row)).toEqual(BYTES);
});

test('accepts a touched or linked file if its bytes are unchanged', async () => {
  await utimes(path, 1, 1);
  expect(await opened({ start: 0, end: 3 })).toBe('the');
  const link = join(folder, 'link.png');
  await symlink(path, link);
  row = { ...row, original: { kind: 'reference', path: link, modifiedAtMs: 0 } };
  expect(await opened()).toBe(String(BYTES));
});

test('refuses a file with other bytes or another size, and a missing file', async () => {
  await writeFile(path, 'THE bytes that were loaded');
  await utimes(path, 1, 1);
  expect([await opened(), await reader.read(row)]).toEqual([null, null]);
  await writeFile(path, 'shorter');
  expect([await opened(), await reader.read(row)]).toEqual([null, null]);
  await rm(path);
  expect([await opened(), await reader.read(row)]).toEqual([null, null]);
});
