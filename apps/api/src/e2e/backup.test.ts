import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, truncateSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import mysql2 from 'mysql2/promise';
import { freshStores, STORES, TestServer, type Hit } from './harness';
import { picture, writeTree } from './pictures';

// The rehearsal: a backup of a running server, damage, the refused start that names the backup, the restore, and the
// same answers. With WENTU_TEST_STORES=mysql,milvus on servers.

const WENTU = resolve(__dirname, '../../../cli/bin/wentu.js');
const onMysql = STORES.includes('mysql');

let base: string;
let server: TestServer;
let beside: string[];
let before: { near: Hit[]; copied: Hit[]; tags: unknown };
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-backup-'));
  const files = Object.fromEntries(
    await Promise.all(Array.from({ length: 40 }, async (_, i) => [`${i}.png`, await picture(i)] as const)),
  );
  await writeTree(join(base, 'pictures'), files);
  server = await TestServer.start();
  await server.load(join(base, 'pictures'), { collection: 'near' });
  await server.load(join(base, 'pictures'), { collection: 'copied', copyImages: true });
  const [first] = await server.search('圆', 'near');
  await server.data(
    'mutation ($id: ID!) { setImageAttributes(collection: "near", changes: [{ imageId: $id, addTags: ["备份"] }]) { __typename } }',
    { id: first!.image.imageId },
  );
  before = await answers();
  expect(wentu('backup', join(base, 'backup')).code).toBe(0);
  beside = doctor();
  await server.kill('SIGTERM');
});
afterAll(async () => {
  await server.close();
  await rm(base, { recursive: true, force: true });
});

async function answers(): Promise<typeof before> {
  const [near, copied] = [await server.search('圆', 'near', 40), await server.search('圆', 'copied', 40)];
  const query = '{ collection(name: "near") { images(filter: { tag: ["备份"] }) { id imageId tags } } }';
  return { near, copied, tags: await server.data(query) };
}

function wentu(...args: string[]): { code: number | null; text: string } {
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [WENTU, ...args], {
    env: { PATH, HOME, WENTU_DATA_DIR: server.dataDir, ...server.env, WENTU_LANGUAGE: undefined, LANG: 'en' },
    encoding: 'utf8',
  });
  return { code: status, text: stdout + stderr };
}

/** The codes of what `wentu doctor` finds. */
function doctor(): string[] {
  const { findings } = JSON.parse(wentu('doctor', '--json').text) as { findings: { code: string }[] };
  return findings.map(({ code }) => code);
}

/** The text of a start that is refused. */
async function refusedStart(): Promise<string> {
  server.launch();
  expect(await server.ended()).toBe(3);
  const lines = server.log.split('\n').filter((line) => line.startsWith('wentu: '));
  return lines.at(-1) ?? '';
}

const database = (): string => join(server.dataDir, 'wentu.sqlite');

test('beside the running server the doctor finds everything right', () => {
  expect(beside).toEqual(
    expect.arrayContaining(['SERVER_RUNS', 'PORT_OK', 'ROWS_OK', 'BACKUP_OK', 'INDEX_OK', 'MODEL_OK']),
  );
  expect(beside.includes('CLOCK_OK')).toBe(onMysql);
});

test('a backup is sound, and a damaged one is not restored', async () => {
  const sound = wentu('verify', join(base, 'backup'));
  expect(sound).toMatchObject({ code: 0 });
  expect(sound.text).toMatch(/the backup is sound: 80 images, 40 copied originals/);
  // libs/data-folder tests other damage.
  const copy = join(base, 'broken');
  await cp(join(base, 'backup'), copy, { recursive: true });
  truncateSync(join(copy, 'wentu.sqlite'), statSync(join(copy, 'wentu.sqlite')).size - 4096);
  const restored = wentu('restore', copy, '--replace');
  expect([restored.code, restored.text]).toEqual([2, expect.stringMatching(/the backup .* is damaged \(OTHER_BYTES/)]);
});

(onMysql ? test.skip : test)('damage of the SQLite file is named at the start, with the last backup', async () => {
  // libs/metadata tests other damage.
  truncateSync(database(), Math.floor(statSync(database()).size / 8192) * 4096);
  const refused = await refusedStart();
  expect(refused).toMatch(/was cut off: its last \d+ of \d+ bytes/);
  expect(refused).toMatch(/restore the backup: wentu restore FOLDER --replace/);
  expect(refused).toContain(`The last backup is in ${join(base, 'backup')}, of 20`);
});

(onMysql ? test : test.skip)('a lost table on the server is named at the start, with the last backup', async () => {
  await statement(server.env['DATABASE_URL'] ?? '', 'DROP TABLE embedding');
  expect(doctor()).toContain('ROWS_DAMAGED');
  const refused = await refusedStart();
  expect(refused).toMatch(/is damaged: its table embedding cannot be read/);
  expect(refused).toMatch(/restore the backup: wentu restore FOLDER /);
  expect(refused).toContain(`The last backup is in ${join(base, 'backup')}, of 20`);
});

test('a restored store gives the same answers, and never an id of the original', async () => {
  if (onMysql) {
    // The damaged database is kept.
    const { env } = await freshStores();
    Object.assign(server.env, { DATABASE_URL: env['DATABASE_URL'] });
  } else {
    const refused = wentu('restore', join(base, 'backup'));
    expect([refused.code, refused.text]).toEqual([2, expect.stringMatching(/with --replace it is kept/)]);
  }
  const restored = wentu('restore', join(base, 'backup'), '--replace');
  expect(restored).toMatchObject({ code: 0 });
  expect(restored.text).toMatch(/restored 80 images/);
  if (!onMysql) expect(readdirSync(server.dataDir).some((name) => name.startsWith('wentu.sqlite.before-'))).toBe(true);
  await server.restart();
  while ((await server.search('圆', 'near', 40)).length < before.near.length)
    await new Promise((done) => setTimeout(done, 100));
  expect(await answers()).toEqual(before);
  const original = await fetch(server.address + before.copied[0]!.image.url);
  expect([original.status, original.headers.get('content-type')]).toEqual([200, 'image/png']);
  await writeTree(join(base, 'more'), { 'new.png': await picture(99) });
  await server.load(join(base, 'more'), { collection: 'near' });
  const added = (await server.search('圆', 'near', 100)).find(({ image }) => image.imageId === 'new.png');
  expect(Number(added!.image.id.replace(/\D/g, ''))).toBeGreaterThan(1_000_000_000);
  const again = wentu('restore', join(base, 'backup'));
  expect([again.code, again.text]).toEqual([2, expect.stringMatching(/in use by another Wentu process|has 81 images/)]);
});

test('a backup of one kind of store is restored into SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wentu-other-'));
  const { PATH, HOME } = process.env;
  const { status } = spawnSync(process.execPath, [WENTU, 'restore', join(base, 'backup')], {
    env: { PATH, HOME, WENTU_DATA_DIR: folder },
  });
  expect(status).toBe(0);
  expect(wentu('verify', folder).text).toMatch(/80 images, 40 copied originals/);
  await rm(folder, { recursive: true, force: true });
});

async function statement(url: string, sql: string): Promise<void> {
  const connection = await mysql2.createConnection(url);
  await connection.query(sql);
  await connection.end();
}
