import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import mysql2, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { FaultPlan } from './faults/fault-plan';
import { faultyMysql } from './faults/faulty-mysql';
import { openMysqlStore } from './open-mysql-store';

const SERVER = process.env['WENTU_TEST_MYSQL_URL'] ?? '';
if (SERVER === '') {
  if (process.env['CI_ENGINES'] === '1') throw new Error('CI_ENGINES=1 needs WENTU_TEST_MYSQL_URL');
  process.stderr.write('SKIPPED: migrations of the MySQL store; set WENTU_TEST_MYSQL_URL\n');
}

const DUMP = readFileSync(join(__dirname, '../fixtures/mysql-before-embeddings/store.sql'), 'utf8');
const NAMES = ['copied', 'default', 'features', 'referenced'];
/** How often the rows of the dump are doubled, so that they exceed what one statement of the migration copies. */
const DOUBLINGS = 7;

(SERVER === '' ? describe.skip : describe)('a database of an older version', () => {
  let name: string;
  let url: string;
  let other: Connection;
  beforeEach(async () => {
    name = `w_old_${randomBytes(6).toString('hex')}`;
    other = await mysql2.createConnection({ uri: SERVER, multipleStatements: true });
    await other.query(`CREATE DATABASE ${name}; USE ${name}`);
    await other.query(DUMP);
    const address = new URL(SERVER);
    address.pathname = name;
    url = address.href;
  });
  afterEach(async () => {
    await other.query(`DROP DATABASE ${name}`);
    await other.end();
  });

  const rows = async (sql: string): Promise<RowDataPacket[]> => (await other.query<RowDataPacket[]>(sql))[0];
  /** Further versions of the existing images. */
  async function double(): Promise<void> {
    for (let i = 0; i < DOUBLINGS; i++) {
      const [{ n } = { n: 0 }] = await rows('SELECT MAX(id) AS n FROM image');
      await other.query(
        `CREATE TEMPORARY TABLE more AS SELECT * FROM image;
        UPDATE more SET id = id + ${Number(n)}, live_key = NULL, state = 'TOMBSTONE', fingerprint = SHA2(id, 256);
        INSERT INTO image SELECT * FROM more; DROP TEMPORARY TABLE more`,
      );
    }
  }
  const before = 'SELECT id, fingerprint, HEX(embedding) AS vector FROM image ORDER BY id';
  const after = 'SELECT image_row_id AS id, fingerprint, HEX(vector) AS vector FROM embedding ORDER BY 1';

  test('opens with every collection, row, vector, fingerprint and original', async () => {
    const [vectors, blobs] = [await rows(before), await rows('SELECT * FROM image_data ORDER BY 1')];
    const collections = await rows('SELECT name, model, space, dimension FROM collection ORDER BY name');
    const store = openMysqlStore({ url });
    const found = await store.collections.list();
    expect(
      found.map(({ name, activeSpace: { model, space, dimension } }) => ({ name, model, space, dimension })),
    ).toEqual(collections);
    expect(await rows(after)).toEqual(vectors);
    expect(await rows('SELECT * FROM image_data ORDER BY 1')).toEqual(blobs);
    for (const { id, activeSpace, imageCount } of found) {
      expect(await store.collections.listSpaces(id)).toEqual([{ ...activeSpace, imageCount }]);
      expect((await store.images.pageEmbeddings(id, activeSpace.id, 0, 100)).ids).toHaveLength(imageCount);
    }
    const jobs = await store.loads.list({ first: 10 });
    expect(jobs).toHaveLength(3);
    for (const { collection, collectionId } of jobs)
      expect(collectionId).toBe(found.find(({ name }) => name === collection)?.id);
    const ids = found.flatMap(({ id, activeSpace }) => [id, activeSpace.id]);
    expect((await store.collections.create({ name: 'new', model: 'm', space: 's', dimension: 4 })).id).toBeGreaterThan(
      Math.max(...ids),
    );
    await store.close();
  });

  test.each(['before', 'after'] as const)(
    'a migration continues after the connection breaks at any statement (%s)',
    async (kind) => {
      await double();
      const vectors = await rows(before);
      expect(vectors.length).toBeGreaterThan(1_500);
      const plan = new FaultPlan();
      const store = openMysqlStore({ url, driver: faultyMysql(plan) });
      let failed = 0;
      for (let at = 1; ; at++) {
        plan.arm(at, kind);
        const error = await store.storeId().catch((thrown: unknown) => thrown);
        if (!(error instanceof Error)) break;
        failed++;
        expect(error).toMatchObject({ code: 'UNAVAILABLE' });
      }
      plan.watch();
      expect(failed).toBeGreaterThan(20);
      expect(await rows(after)).toEqual(vectors);
      expect(await rows('SELECT COUNT(*) AS n FROM embedding_space')).toEqual([{ n: 2 }]);
      expect((await store.collections.list()).map(({ name }) => name).sort()).toEqual(NAMES);
      await store.close();
    },
  );
});
