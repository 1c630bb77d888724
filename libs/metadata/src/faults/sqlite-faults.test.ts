import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetadataStore } from '@wentu/domain';
import libsql from 'libsql';
import { openSqliteStore } from '../open-sqlite-store';
import { FaultPlan, type FaultKind } from './fault-plan';
import { FaultRotation } from './fault-rotation';
import { faultySqlite } from './faulty-sqlite';
import { storeFaults, type FaultBench } from './store-faults';
import { withoutTimes } from './without-times';

const SPACE = { model: 'm', space: 's', dimension: 4 };

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-faults-'));
  path = join(folder, 'wentu.sqlite');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

storeFaults('SQLite', openBench, ['before', 'after', 'rolled-back', 'no-rollback']);

const starts = new FaultRotation(['before', 'after', 'rolled-back']);

test(`after a first start that fails at any statement, the next start completes (seed ${starts.seed})`, async () => {
  const failed = { before: 0, after: 0, 'rolled-back': 0, 'no-rollback': 0, stuck: 0 };
  const attempt = async (at: number, kind: FaultKind): Promise<boolean> => {
    const plan = new FaultPlan();
    const file = join(folder, `${kind}-${at}.sqlite`);
    plan.arm(at, kind);
    const first = await openSqliteStore({ path: file, driver: faultySqlite(plan) }).catch((error: unknown) => error);
    if (!(first instanceof Error)) {
      await (first as MetadataStore).close();
      return false;
    }
    failed[kind]++;
    expect(first).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('full') as string });
    const store = await openSqliteStore({ path: file });
    expect((await store.collections.create({ name: 'c', ...SPACE })).id).toBe(1);
    await store.close();
    await rm(file);
    return true;
  };
  for (let at = 1, hasFailed = true; hasFailed; at++)
    for (const kind of starts.kindsAt(at)) hasFailed = await attempt(at, kind);
  for (const kind of ['before', 'after', 'rolled-back'] as const) expect(failed[kind]).toBeGreaterThan(20);
});

test('a connection that cannot leave its transaction calls onStuck, and acknowledges no further write', async () => {
  const plan = new FaultPlan();
  const stuck: Error[] = [];
  const store = await openSqliteStore({ path, driver: faultySqlite(plan), onStuck: (error) => stuck.push(error) });
  plan.arm(3, 'stuck');
  await expect(store.collections.create({ name: 'a', ...SPACE })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  plan.watch();
  await expect(store.collections.create({ name: 'b', ...SPACE })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(store.ids.reserve(1)).rejects.toThrow('can be neither committed nor rolled back');
  await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(stuck.map(({ name }) => name)).toEqual(['StuckTransactionError']);
  await store.close();
});

async function openBench(): Promise<FaultBench> {
  const own = await mkdtemp(join(tmpdir(), 'wentu-faults-'));
  const file = join(own, 'wentu.sqlite');
  const plan = new FaultPlan();
  const store = await openSqliteStore({ path: file, driver: faultySqlite(plan) });
  const other = new libsql(file, { timeout: 100 });
  const tables = (
    other
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'",
      )
      .all() as {
      name: string;
    }[]
  ).map(({ name }) => name);
  return {
    store,
    plan,
    dump: async () =>
      withoutTimes(tables.map((table) => [table, other.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()])),
    async snapshot() {
      for (const table of tables) other.exec(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
      return async () => {
        const back = tables.map((table) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table};`);
        other.exec(`BEGIN IMMEDIATE; ${back.join(' ')} COMMIT`);
      };
    },
    async close() {
      other.close();
      await store.close();
      await rm(own, { recursive: true, force: true });
    },
  };
}
