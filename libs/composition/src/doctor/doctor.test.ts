import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openSqliteStore } from '@wentu/metadata';
import { diagnose, type Finding, type FindingCode } from './doctor';
import { checkNode } from './machine';

const MODEL = resolve(__dirname, '../../../../models/wentu-mini');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'wentu-doctor-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function findings(env: Record<string, string> = {}): Promise<Finding[]> {
  const found: Finding[] = [];
  const given = { WENTU_DATA_DIR: join(folder, 'data'), PORT: '0', WENTU_LOAD_ROOTS: folder, ...env };
  for await (const finding of diagnose(given, { deep: true })) found.push(finding);
  return found;
}

const bad = (found: Finding[]): FindingCode[] => found.filter(({ state }) => state !== 'OK').map(({ code }) => code);
const messageOf = (found: Finding[], code: FindingCode): string =>
  String((found.find((each) => each.code === code)?.values as { message?: unknown }).message);

test('a new installation is right, and is not changed', async () => {
  const found = await findings();
  expect(bad(found)).toEqual([]);
  expect(found.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['NODE_OK', 'SETTINGS_OK', 'FOLDER_NEW', 'DISK_OK', 'ROWS_NEW', 'MODEL_OK', 'PROVIDER_OK']),
  );
  expect(() => readFileSync(join(folder, 'data'))).toThrow(/ENOENT/);
});

test('settings that cannot be used end the checks', async () => {
  const found = await findings({ WENTU_MODLE: 'x' });
  expect(bad(found)).toEqual(['SETTINGS_BAD']);
  expect(messageOf(found, 'SETTINGS_BAD')).toContain('WENTU_MODLE is not a setting');
});

test('a data folder that cannot be written to, a taken port and missing folders are found', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  writeFileSync(join(folder, 'file'), '');
  const found = await findings({
    WENTU_DATA_DIR: join(folder, 'file/data'),
    PORT: String((taken.address() as AddressInfo).port),
    WENTU_LOAD_ROOTS: join(folder, 'none'),
  });
  taken.close();
  expect(bad(found)).toEqual(expect.arrayContaining(['FOLDER_REFUSED', 'PORT_TAKEN', 'ROOT_MISSING']));
  expect(bad(await findings({ HOST: '203.0.113.7', PORT: '4000' }))).toContain('PORT_REFUSED');
});

test('a model with other bytes, and one that is not installed, are found', async () => {
  const copy = join(folder, 'model');
  cpSync(MODEL, copy, { recursive: true });
  const vocabulary = readFileSync(join(copy, 'vocab.txt'));
  vocabulary[100] = 0x23;
  writeFileSync(join(copy, 'vocab.txt'), vocabulary);
  const found = await findings({ WENTU_MODEL: copy });
  expect(bad(found)).toEqual(['MODEL_BAD']);
  expect(messageOf(found, 'MODEL_BAD')).toMatch(/vocab\.txt has SHA-256 .* install the model again/);
  expect(bad(await findings({ WENTU_MODEL: 'none-such' }))).toEqual(['MODEL_BAD']);
});

test('another store, a damaged one, and pictures without a backup are found', async () => {
  const path = join(folder, 'data/wentu.sqlite');
  mkdirSync(join(folder, 'data'));
  const store = await openSqliteStore({ path });
  await store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 });
  await store.close();
  expect(bad(await findings())).toEqual([]);
  writeFileSync(join(folder, 'data/store-id'), 'another\n');
  expect(bad(await findings())).toEqual(['ROWS_OTHER']);
  rmSync(join(folder, 'data/store-id'));
  writeFileSync(join(folder, 'data/last-backup.json'), JSON.stringify({ folder: '/none', madeAt: '2025-01-01' }));
  expect(bad(await findings())).toEqual(['BACKUP_OLD']);
  for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
  truncateSync(path, 2 * 4096);
  expect(bad(await findings())).toEqual(['ROWS_DAMAGED']);
});

test('servers that do not answer are found, and no password is shown', async () => {
  const found = await findings({
    ...{ DATABASE_URL: 'mysql://wentu:geheim@127.0.0.1:1/wentu', VECTOR_STORE: 'milvus' },
    ...{ MILVUS_ADDRESS: '127.0.0.1:1', MILVUS_TOKEN: 'root:geheim' },
  });
  expect(bad(found)).toEqual(['ROWS_AWAY', 'INDEX_AWAY']);
  expect(JSON.stringify(found)).not.toContain('geheim');
  expect(messageOf(found, 'ROWS_AWAY')).toMatch(/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/);
});

test('an old Node.js is found', () => {
  expect(checkNode('20.18.3')).toMatchObject({ code: 'NODE_OLD', state: 'WRONG' });
  expect(checkNode('20.19.0')).toMatchObject({ code: 'NODE_OK' });
  expect(checkNode('24.0.0')).toMatchObject({ code: 'NODE_OK' });
});
