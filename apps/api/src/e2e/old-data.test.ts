import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DataType, MilvusClient } from '@zilliz/milvus2-sdk-node';
import mysql2 from 'mysql2/promise';
import { announceServers, HAS_SERVERS, MILVUS_ADDRESS, TestServer } from './harness';

announceServers('a pair of MySQL and Milvus of an older version');

const FIXTURES = join(__dirname, '../../fixtures');
const DUMP = resolve(__dirname, '../../../../libs/metadata/fixtures/mysql-before-embeddings');
const SAMPLES = resolve(__dirname, '../../../../samples');
const EMBEDDED = { DATABASE_URL: 'sqlite:', VECTOR_STORE: 'embedded' };

type Hits = Readonly<Record<string, readonly { readonly imageId: string; readonly distance: number }[]>>;

async function hitsOf(folder: string): Promise<Hits> {
  return JSON.parse(await readFile(join(folder, 'hits.json'), 'utf8')) as Hits;
}

/** Checks that every picture is found in the same order and at the same distance, and can be shown. */
async function expectSame(server: TestServer, before: Hits): Promise<void> {
  for (const [collection, hits] of Object.entries(before)) {
    const found = await server.search('小狗', collection, 100);
    expect(found.map(({ image }) => image.imageId)).toEqual(hits.map(({ imageId }) => imageId));
    found.forEach(({ distance }, i) => expect(distance).toBeCloseTo(hits[i]!.distance, 6));
    // The originals are missing or in the store.
    for (const { image } of found) expect((await fetch(server.address + image.url)).status).toBe(200);
  }
}

/** Copies the database and marks of a fixture into a data folder. @returns the folder of the fixture */
async function place(fixture: string, dataDir: string): Promise<string> {
  const folder = join(FIXTURES, fixture);
  for (const name of await readdir(folder))
    if (/^(id|store-id|wentu\.sqlite)$/.test(name)) await cp(join(folder, name), join(dataDir, name));
  return folder;
}

async function opened(fixture: string, work: (server: TestServer, before: Hits) => Promise<void>): Promise<void> {
  const server = await TestServer.prepare(EMBEDDED);
  try {
    const folder = await place(fixture, server.dataDir);
    await server.restart();
    await work(server, await hitsOf(folder));
  } finally {
    await server.close();
  }
}

/** Makes a folder of the loaded sample pictures, with the same paths as in the former folder. */
async function pictures(hits: Hits): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wentu-old-'));
  const samples = (await readdir(SAMPLES, { recursive: true })).map((path) => join(SAMPLES, path));
  for (const { imageId } of hits['referenced'] ?? []) {
    const sample = samples.find((path) => path.endsWith(`/${imageId.split('/').at(-1)}`)) ?? '';
    await mkdir(dirname(join(folder, imageId)), { recursive: true });
    await cp(sample, join(folder, imageId));
  }
  return folder;
}

test('opens a data folder from before pictures had locations: every picture is found at the same distance', async () => {
  await opened('data-of-0.1.0', async (server, before) => {
    await expectSame(server, before);
    const resolve = `mutation { resolveMissing(collection: "referenced", directory: "/tmp/oldfix/pictures", action: KEEP) }`;
    expect((await server.data<{ resolveMissing: number }>(resolve)).resolveMissing).toBe(8);
  });
});

test('the index of another store is not used, and its files are removed', async () => {
  await opened('data-before-embeddings', async (server) => {
    expect(await server.kill('SIGTERM')).toBe(0);
    const files = join(server.dataDir, 'index');
    const indexesBefore = await readdir(files);
    expect(indexesBefore.length).toBeGreaterThan(0);
    for (const name of ['store-id', 'wentu.sqlite', 'wentu.sqlite-wal', 'wentu.sqlite-shm'])
      await rm(join(server.dataDir, name), { force: true });
    const other = await hitsOf(await place('data-of-0.1.0', server.dataDir));
    await server.restart();
    // The rows of both stores have the same ids. The order comes from the index, so the search asks for fewer than all.
    for (const [collection, hits] of Object.entries(other)) {
      const found = await server.search('小狗', collection, 3);
      expect(found.map(({ image }) => image.imageId)).toEqual(hits.slice(0, 3).map(({ imageId }) => imageId));
    }
    const storeId = (await readFile(join(server.dataDir, 'store-id'), 'utf8')).trim().replaceAll('-', '');
    const isOwn = (name: string): boolean => name.startsWith(`s${storeId.slice(0, 16)}_`);
    const indexes = await readdir(files);
    expect(indexes.length).toBeGreaterThan(0);
    expect(indexes.filter((name) => !isOwn(name))).toEqual([]);
  });
});

test('opens a data folder from before embeddings had a table, and the next load skips all of its pictures', async () => {
  await opened('data-before-embeddings', async (server, before) => {
    await expectSame(server, before);
    const { collection } = await server.data<{ collection: object }>(
      '{ collection(name: "features") { model dimension imageCount } }',
    );
    expect(collection).toEqual({ model: 'other-model', dimension: 8, imageCount: 4 });
    const { errors } = await server.graphql('{ searchImages(text: "小狗", collection: "features") { distance } }');
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'INDEX_MISMATCH' },
      message: expect.stringContaining('holds other-model embeddings (8-d)') as string,
    });
    const folder = await pictures(before);
    const features = await mkdtemp(join(tmpdir(), 'wentu-old-'));
    try {
      const all = before['referenced']?.length;
      expect(await server.load(folder, { collection: 'referenced' })).toMatchObject({ skipped: all, loaded: 0 });
      const copied = { collection: 'copied', copyImages: true };
      expect(await server.load(folder, copied)).toMatchObject({ skipped: all, loaded: 0 });
      await cp(join(FIXTURES, 'data-before-embeddings/features'), features, { recursive: true });
      const again = { collection: 'features', split: 'valid', featuresModel: 'other-model' };
      expect(await server.load(features, again)).toMatchObject({ skipped: 4, loaded: 0 });
      await expectSame(server, before);
    } finally {
      for (const each of [folder, features]) await rm(each, { recursive: true, force: true });
    }
  });
});

(HAS_SERVERS ? test : test.skip)(
  'opens MySQL and Milvus of an older version, and removes its index when the new one is complete',
  async () => {
    const server = await TestServer.prepare();
    const milvus = new MilvusClient({ address: MILVUS_ADDRESS, logLevel: 'error', telemetry: { enabled: false } });
    try {
      const database = await mysql2.createConnection({
        uri: server.env['DATABASE_URL'] ?? '',
        multipleStatements: true,
      });
      await database.query(await readFile(join(DUMP, 'store.sql'), 'utf8'));
      const [[store] = []] = await database.query<mysql2.RowDataPacket[]>('SELECT uuid FROM store_info');
      await database.end();
      const id = String(store?.['uuid']).replaceAll('-', '').slice(0, 16);
      const indexes = async (): Promise<string[]> => {
        const { data } = await milvus.listCollections();
        return data
          .flatMap(({ name }) => (name.includes(id) ? [name.slice(name.indexOf(id) + id.length + 1)] : []))
          .sort();
      };
      const before = await hitsOf(DUMP);
      await server.restart();
      await expectSame(server, before);
      const [whole = ''] = (await indexes()).filter((name) => name.startsWith('w3_3_'));
      expect(whole).toMatch(/^w3_3_\d+$/);

      const { data } = await milvus.listCollections();
      const prefix = data
        .map(({ name }) => name)
        .find((name) => name.endsWith(whole))
        ?.slice(0, -whole.length);
      const plant = async (name: string): Promise<void> => {
        await milvus.createCollection({
          collection_name: `${prefix}${name}`,
          fields: [
            { name: 'theirs', data_type: DataType.Int64, is_primary_key: true },
            { name: 'vector', data_type: DataType.FloatVector, dim: 8 },
          ],
        });
      };
      // The indexes of two earlier versions, and one of a future version.
      const earlier = ['w_3', whole.replace('w3', 'w2')];
      for (const name of [...earlier, 'w4_3_1']) await plant(name);
      await milvus.dropCollection({ collection_name: `${prefix}${whole}` });
      await server.kill('SIGTERM');
      await server.restart();
      await expectSame(server, before);
      expect(await indexes()).toEqual(expect.arrayContaining([whole, 'w4_3_1']));
      for (const name of earlier) expect(await indexes()).not.toContain(name);

      for (const name of earlier) await plant(name);
      await server.data('mutation { dropCollection(name: "referenced") }');
      expect((await indexes()).filter((name) => name.includes('_3'))).toEqual(['w4_3_1']);
      await milvus.dropCollection({ collection_name: `${prefix}w4_3_1` });
    } finally {
      await milvus.closeConnection();
      await server.close();
    }
  },
);
