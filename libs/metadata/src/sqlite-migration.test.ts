import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import libsql from 'libsql';
import { newEmbedding, newImage } from './contract/bench';
import { FaultPlan, type FaultKind } from './faults/fault-plan';
import { FaultRotation } from './faults/fault-rotation';
import { faultySqlite } from './faults/faulty-sqlite';
import { withoutTimes } from './faults/without-times';
import { openSqliteSource, openSqliteStore } from './open-sqlite-store';

const SPACES = [
  { name: 'a', model: 'm', space: 's', dimension: 4 },
  { name: 'b', model: 'm', space: 's', dimension: 4 },
  { name: 'c', model: 'other', space: 'o', dimension: 4 },
];

let folder: string;
/** Creates a database as Wentu versions before the embedding table wrote it. */
let old: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-migration-'));
  old = join(folder, 'old.sqlite');
  const store = await openSqliteStore({ path: old });
  for (const [i, wanted] of SPACES.entries()) {
    const { id, activeSpace } = await store.collections.create(wanted);
    const rows = [1, 2, 3].map((n) => 10 * i + n);
    await store.images.insertPending(
      id,
      rows.map((row) => newImage(row, `${row}`)),
      rows.map((row) => newEmbedding(row, activeSpace.id)),
    );
    await store.images.settle(id, rows.slice(0, 2));
    if (wanted.name === 'b') await store.collections.markDropping(id);
  }
  const jobs: number[] = [];
  for (const collection of ['a', 'a', 'a', 'new'])
    jobs.push((await store.loads.create({ collection, directory: '/photos', options: {} })).id);
  // One load that ended before the current collection of its name was created, and one that ended after that.
  const [earlier, later] = jobs as [number, number];
  for (const id of [earlier, later]) await store.loads.requestCancel(id);
  await store.close();
  const source = await openSqliteSource({ path: old });
  const hasEmbeddings = async (): Promise<boolean> =>
    (await source.query<unknown[]>("SELECT 1 FROM sqlite_master WHERE name = 'embedding'")).length > 0;
  while (await hasEmbeddings()) await source.undoLastMigration();
  await source.query('UPDATE load_job SET finished_at = 5 WHERE id = ?', [earlier]);
  await source.query('PRAGMA wal_checkpoint(TRUNCATE)');
  await source.destroy();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** All rows of an old database. */
function dump(path: string): string {
  const file = new libsql(path);
  const tables = ['image', 'collection', 'load_job', 'migrations', 'id_counter'];
  const text = withoutTimes(tables.map((table) => [table, file.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]));
  file.close();
  return text;
}

async function checkMigrated(path: string): Promise<void> {
  const store = await openSqliteStore({ path });
  const [a, c] = await store.collections.list();
  expect(a).toMatchObject({ name: 'a', imageCount: 2, activeSpace: { model: 'm', space: 's', dimension: 4 } });
  expect(c).toMatchObject({ name: 'c', activeSpace: { model: 'other', space: 'o' } });
  const [dropping] = await store.collections.listDropping();
  expect(dropping).toMatchObject({ name: 'b', activeSpace: a!.activeSpace });
  const rows = await store.images.getEmbedded(a!.activeSpace.id, [1, 2, 3, 11, 12, 13, 21]);
  expect(rows.map(({ id }) => id).sort((x, y) => x - y)).toEqual([1, 2, 3, 11, 12, 13]);
  for (const { id, vector } of rows) expect([...vector]).toEqual([id, 0.5, -0.25, 1]);
  const { byImageId } = await store.images.findVersions(c!.id, c!.activeSpace.id, {
    locations: [],
    imageIds: ['21', '22'],
  });
  expect([...byImageId.values()].map(({ fingerprint }) => fingerprint)).toEqual(['f'.repeat(64), 'f'.repeat(64)]);
  const jobs = (await store.loads.list({ first: 10 })).reverse();
  expect(jobs.map(({ collectionId }) => collectionId)).toEqual([null, a!.id, a!.id, null]);
  expect(await store.loads.listUnfinished({ collectionId: a!.id })).toHaveLength(1);
  expect((await store.collections.addSpace(a!.id, SPACES[2]!)).id).toBe(c!.activeSpace.id);
  await store.close();
}

test('rows of an older version keep their vectors and fingerprints, also in a collection that is being dropped', async () => {
  const path = join(folder, 'plain.sqlite');
  await cp(old, path);
  await checkMigrated(path);
});

const migrations = new FaultRotation(['before', 'after', 'rolled-back', 'no-rollback']);

test(`a migration that fails at any statement leaves the old rows, and the next start completes it (seed ${migrations.seed})`, async () => {
  const before = dump(old);
  const attempt = async (at: number, kind: FaultKind): Promise<boolean> => {
    const plan = new FaultPlan();
    const path = join(folder, `${kind}-${at}.sqlite`);
    await cp(old, path);
    plan.arm(at, kind);
    const opened = await openSqliteStore({ path, driver: faultySqlite(plan) }).catch((error: unknown) => error);
    const { fired, seen } = plan;
    plan.watch();
    if (!(opened instanceof Error)) await (opened as Awaited<ReturnType<typeof openSqliteStore>>).close();
    if (!fired) return false;
    const file = new libsql(path);
    const isOld = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'embedding'").all().length === 0;
    file.close();
    if (isOld) expect([seen[at - 1], dump(path)]).toEqual([seen[at - 1], before]);
    await checkMigrated(path);
    await rm(path);
    return true;
  };
  let at = 0;
  for (let hasFired = true; hasFired;) for (const kind of migrations.kindsAt(++at)) hasFired = await attempt(at, kind);
  expect(at).toBeGreaterThan(80);
});
