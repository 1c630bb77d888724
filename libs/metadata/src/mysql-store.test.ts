import { randomBytes } from 'node:crypto';
import mysql2, { type RowDataPacket } from 'mysql2/promise';
import { metadataStoreContract } from './contract/metadata-store-contract';
import { parseMysqlUrl } from './mysql-url';
import { openMysqlSource, openMysqlStore } from './open-mysql-store';

const SERVER = process.env['WENTU_TEST_MYSQL_URL'] ?? '';
if (SERVER === '') {
  if (process.env['CI_ENGINES'] === '1') throw new Error('CI_ENGINES=1 needs WENTU_TEST_MYSQL_URL');
  process.stderr.write('SKIPPED: the MySQL store; set WENTU_TEST_MYSQL_URL (node tools/engines/mariadb.mjs start)\n');
}

async function statement(sql: string): Promise<void> {
  const connection = await mysql2.createConnection(SERVER);
  await connection.query(sql);
  await connection.end();
}

async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `w_test_${randomBytes(6).toString('hex')}`;
  await statement(`CREATE DATABASE ${name} CHARACTER SET latin1`);
  const url = new URL(SERVER);
  url.pathname = name;
  return { url: url.href, drop: () => statement(`DROP DATABASE ${name}`) };
}

(SERVER === '' ? describe.skip : describe)('on a real server', () => {
  metadataStoreContract('MySQL', async () => {
    const { url, drop } = await freshDatabase();
    const store = openMysqlStore({ url });
    return {
      store,
      connect: async () => openMysqlStore({ url }),
      async cleanup() {
        await store.close();
        await drop();
      },
    };
  });

  test('with four connection pools at once, each id, name and job is given to only one of them', async () => {
    const { url, drop } = await freshDatabase();
    const stores = [0, 1, 2, 3].map(() => openMysqlStore({ url }));
    const wanted = { model: 'm', space: 's', dimension: 4 };
    const made = await Promise.allSettled(stores.map((store) => store.collections.create({ name: 'same', ...wanted })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of made) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    for (let i = 0; i < 40; i++) {
      await stores[0]!.loads.create({ collection: `c${i % 20}`, directory: '/d', options: {} });
    }
    const ids: number[] = [];
    const claimed: { id: number; collection: string }[] = [];
    const work = stores.flatMap((store, owner) =>
      [0, 1].map(async (lane) => {
        for (let i = 0; i < 10; i++) {
          ids.push(await store.ids.reserve(3));
          const known = claimed.map(({ id }) => id);
          const claim = await store.loads.claim(`${owner}/${lane}`, 60_000, known);
          if (claim) claimed.push(claim.job);
        }
      }),
    );
    await Promise.all(work);
    expect([...ids].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => 1 + 3 * i));
    expect(claimed).toHaveLength(20);
    expect(new Set(claimed.map(({ collection }) => collection)).size).toBe(20);
    for (const store of stores) await store.close();
    await drop();
  });

  test('another owner gets a lease that has expired by the clock of the server', async () => {
    const { url, drop } = await freshDatabase();
    const [dead, other] = [openMysqlStore({ url }), openMysqlStore({ url })];
    const { id } = await dead.loads.create({ collection: 'c', directory: '/d', options: {} });
    const claimed = await dead.loads.claim('dead', 60_000, []);
    expect(await other.loads.claim('other', 60_000, [])).toBeNull();
    // The last heartbeat of the owner. Its lease expires as soon as it is written.
    await dead.loads.heartbeat(id, 'dead', 1, claimed!.job, []);
    let taken = await other.loads.claim('other', 60_000, []);
    while (!taken) taken = await other.loads.claim('other', 60_000, []);
    expect(taken).toMatchObject({ job: { id }, crashes: 1 });
    await dead.close();
    await other.close();
    await drop();
  });

  test('a load that is queued during a rename belongs to the renamed collection', async () => {
    const { url, drop } = await freshDatabase();
    const store = openMysqlStore({ url });
    const collection = await store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 });
    const { id } = await store.loads.create({ collection: 'c', directory: '/d', options: {} });
    await store.loads.requestCancel(id);
    const creator = await mysql2.createConnection(url);
    await creator.query('UPDATE load_job SET collection_id = NULL WHERE id = ?', [id]);
    // Another process during its call of `create`.
    await creator.query('BEGIN');
    await creator.query("UPDATE id_counter SET next_id = next_id + 1 WHERE name = 'other'");
    await creator.query("UPDATE load_job SET status = 'QUEUED', collection_id = ? WHERE id = ?", [collection.id, id]);
    const renaming = store.collections.rename(collection.id, 'new');
    await new Promise((done) => setTimeout(done, 200));
    await creator.query('COMMIT');
    expect(await renaming).toMatchObject({ name: 'new' });
    expect(await store.loads.find(id)).toMatchObject({ status: 'QUEUED', collection: 'new' });
    await creator.end();
    await store.close();
    await drop();
  });

  test('connections that the server closes are replaced', async () => {
    const { url, drop } = await freshDatabase();
    const store = openMysqlStore({ url });
    await Promise.all(Array.from({ length: 8 }, () => store.ping()));
    const connection = await mysql2.createConnection(SERVER);
    const database = new URL(url).pathname.slice(1);
    const [rows] = await connection.query('SELECT id FROM information_schema.processlist WHERE db = ?', [database]);
    expect((rows as { id: number }[]).length).toBeGreaterThan(0);
    for (const { id } of rows as { id: number }[]) await connection.query(`KILL ${id}`);
    const left = async (): Promise<unknown[]> =>
      (
        await connection.query<RowDataPacket[]>('SELECT id FROM information_schema.processlist WHERE db = ?', [
          database,
        ])
      )[0];
    while ((await left()).length > 0);
    await connection.end();
    // The server has closed the connections; this process reads that in its next event loop turns.
    await new Promise((done) => setTimeout(done, 200));
    await store.ping();
    expect(await store.ids.reserve(1)).toBe(1);
    await store.close();
    await drop();
  });

  test('a statement that exceeds its time limit is UNAVAILABLE, and its connection is not used again', async () => {
    const { url, drop } = await freshDatabase();
    const store = openMysqlStore({ url, statementMs: 500 });
    const collection = await store.collections.create({ name: 'c', model: 'm', space: 's', dimension: 4 });
    const holder = await mysql2.createConnection(url);
    await holder.query('BEGIN');
    await holder.query('SELECT id FROM collection FOR UPDATE');
    const started = Date.now();
    await expect(store.images.tombstone(collection.id, [1])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(Date.now() - started).toBeLessThan(20_000);
    await holder.query('COMMIT');
    await holder.end();
    for (let i = 0; i < 20; i++) expect(await store.images.tombstone(collection.id, [1])).toEqual([]);
    await store.close();
    await drop();
  });

  test('a server that was unavailable when the store was opened is used once it is available', async () => {
    const { url, drop } = await freshDatabase();
    await drop();
    const store = openMysqlStore({ url });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await statement(`CREATE DATABASE ${new URL(url).pathname.slice(1)}`);
    await store.ping();
    await store.close();
    await drop();
  });

  test('an empty database, or a database with another store, is refused when a store is expected', async () => {
    const { url, drop } = await freshDatabase();
    const opened: string[] = [];
    const onOpened = (id: string): void => void opened.push(id);
    const remedy = 'remove the file /data/store-id';
    const first = openMysqlStore({ url, identity: { expected: null, remedy, onOpened } });
    const id = await first.storeId();
    await first.close();
    expect(opened).toEqual([id]);
    const other = openMysqlStore({ url, identity: { expected: 'another', remedy, onOpened } });
    await expect(other.ping()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`holds the store ${id}`) as string,
    });
    await other.close();
    const name = new URL(url).pathname.slice(1);
    await statement(`DROP DATABASE ${name}`);
    await statement(`CREATE DATABASE ${name}`);
    const same = openMysqlStore({ url, identity: { expected: id, remedy, onOpened } });
    await expect(same.ping()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('is empty') as string,
    });
    await same.close();
    const connection = await mysql2.createConnection(url);
    const [tables] = await connection.query('SHOW TABLES');
    await connection.end();
    expect(tables).toEqual([]);
    await drop();
  });

  test('a proof that the store accepts writes is a committed change, also in several processes at once', async () => {
    const { url, drop } = await freshDatabase();
    const stores = [0, 1, 2].map(() => openMysqlStore({ url }));
    await stores[0]!.ping();
    for (const _ of [1, 2]) await Promise.all(stores.map((store) => store.proveWrite()));
    const connection = await mysql2.createConnection(url);
    const [rows] = await connection.query("SELECT next_id AS at FROM id_counter WHERE name = 'proof'");
    expect(rows).toEqual([{ at: expect.any(Number) as number }]);
    await connection.end();
    for (const store of stores) await store.close();
    await drop();
  });

  test('processes that start together migrate once; entities and tables agree, all in utf8mb4_bin', async () => {
    const { url, drop } = await freshDatabase();
    const [source, ...others] = await Promise.all([0, 1, 2].map(() => openMysqlSource(parseMysqlUrl(url))));
    for (const other of others) await other.destroy();
    const rows = await source!.query<Record<string, string | null>[]>(
      'SELECT table_name AS t, column_name AS c, column_type AS type, is_nullable AS n, column_key AS k, collation_name AS collation ' +
        "FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'migrations' ORDER BY table_name, ordinal_position",
    );
    // Blobs and long lists have wider types than the entities declare, because SQLite uses the same entities.
    const plain = (type: string | null): string =>
      String(type)
        .replace(/\(\d+\)$/, (length) => (/^varchar/.test(String(type)) ? length : ''))
        .replace(/^(long|medium)(?=blob|text)/, '');
    const made = rows.map(({ t, c, type, n, k }) => `${t}.${c} ${plain(type!)} ${n === 'YES'} ${k === 'PRI'}`);
    const declared = source!.entityMetadatas.flatMap(({ tableName, columns }) =>
      columns.map((column) => {
        const length = column.length === '' ? '' : `(${column.length})`;
        return `${tableName}.${column.databaseName} ${String(column.type)}${length} ${column.isNullable} ${column.isPrimary}`;
      }),
    );
    expect(made.sort()).toEqual(declared.sort());
    expect(new Set(rows.map(({ collation }) => collation))).toEqual(new Set([null, 'utf8mb4_bin']));
    expect(
      rows
        .filter(({ type }) => type === 'longblob')
        .map(({ c }) => c)
        .sort(),
    ).toEqual(['data', 'data', 'data', 'folded', 'ids', 'vector']);
    const indexes = await source!.query<{ name: string; parts: string; loose: number }[]>(
      'SELECT index_name AS name, GROUP_CONCAT(column_name ORDER BY seq_in_index) AS parts, MAX(non_unique) AS loose ' +
        "FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' GROUP BY table_name, index_name",
    );
    expect(indexes.map(({ name, parts, loose }) => `${name} ${parts} ${Number(loose) === 0}`).sort()).toEqual(
      source!.entityMetadatas
        .flatMap(({ indices }) => indices)
        .map((i) => `${i.name} ${i.columns.map((column) => column.databaseName).join(',')} ${i.isUnique}`)
        .sort(),
    );
    await source!.destroy();
    await drop();
  });
});

test('the error for an unavailable server has the host and the database, but not the password', async () => {
  const store = openMysqlStore({ url: 'mysql://u:secret@127.0.0.1:1/pictures' });
  await expect(store.ping()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^(?!.*secret).*pictures on 127\.0\.0\.1:1/) as string,
  });
});
