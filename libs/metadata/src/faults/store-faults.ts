import type { MetadataStore } from '@wentu/domain';
import type { FaultKind, FaultPlan } from './fault-plan';
import { fillStore, WRITER_CASES, type Fixture, type WriterCase } from './writer-cases';

export interface FaultBench {
  /** Its statements go by the plan. */
  readonly store: MetadataStore;
  readonly plan: FaultPlan;
  /** All rows of all tables, read by another connection, in one text; times only as being there or not. */
  dump(): Promise<string>;
  /** Remembers the rows as they are. @returns what brings them back, by another connection */
  snapshot(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Fails each statement of each transaction in each way, and compares what another connection reads with what was
 * acknowledged. The store goes on: one that lost a transaction, or kept one open, spoils the cases after it.
 */
export function storeFaults(engine: string, open: () => Promise<FaultBench>, kinds: readonly FaultKind[]): void {
  describe(`${engine}: whatever statement fails, what was acknowledged is there and half of nothing is`, () => {
    let bench: FaultBench;
    let fixture: Fixture;
    let restore: () => Promise<void>;
    let before: string;
    beforeAll(async () => {
      bench = await open();
      fixture = await fillStore(bench.store);
      restore = await bench.snapshot();
      before = await bench.dump();
    });
    afterAll(() => bench.close());
    afterEach(() => {
      bench.plan.watch();
    });

    const cases = Object.entries(WRITER_CASES).flatMap(([part, methods]) =>
      Object.entries(methods).map(([method, tried]): [string, WriterCase] => [`${part}.${method}`, tried]),
    );
    test.each(cases)('%s', async (_method, tried) => {
      const { statements, done } = await undisturbed(tried);
      expect(statements).toBeGreaterThan(0);
      expect(done).not.toBe(before);
      for (const kind of kinds) for (let at = 1; at <= statements; at++) await disturbed(tried, kind, at, done);
    });

    async function undisturbed(tried: WriterCase): Promise<{ statements: number; done: string }> {
      await restore();
      bench.plan.watch();
      await tried.call(bench.store, fixture);
      const statements = bench.plan.seen.length;
      return { statements, done: await bench.dump() };
    }

    async function disturbed(tried: WriterCase, kind: FaultKind, at: number, done: string): Promise<void> {
      await restore();
      bench.plan.arm(at, kind);
      const acknowledged = await tried.call(bench.store, fixture).then(
        () => true,
        () => false,
      );
      const { fired, seen } = bench.plan;
      const where = `${kind}, statement ${at}: ${String(seen[at - 1])}`;
      bench.plan.watch();
      const after = await bench.dump();
      const state = after === done ? 'all' : after === before ? 'nothing' : 'some';
      expect({ where, fired }).toEqual({ where, fired: true });
      if (acknowledged) expect({ where, state }).toEqual({ where, state: 'all' });
      else if (!tried.inSlices) expect({ where, half: state === 'some' }).toEqual({ where, half: false });
      // Only an answer that was lost may leave a change that nobody was told of.
      if (state === 'all' && !acknowledged && !tried.inSlices)
        expect({ where, kind }).toEqual({ where, kind: 'after' });
      // What comes next on the same connection commits nothing of it.
      await bench.store.ids.reserve(1);
      expect({ where, rows: rowsOf(await bench.dump()) }).toEqual({ where, rows: rowsOf(after) });
      await repeated(tried, done, where, state === 'all');
    }

    /** The same call again, without a fault: the caller who got an error, or no answer, does that. */
    async function repeated(tried: WriterCase, done: string, where: string, wasDone: boolean): Promise<void> {
      const again = tried.call(bench.store, fixture);
      if (wasDone && tried.twice === 'conflict') await expect(again).rejects.toMatchObject({ code: 'CONFLICT' });
      else await again;
      if (wasDone && tried.twice === 'another') return;
      expect({ where, rows: rowsOf(await bench.dump()) }).toEqual({ where, rows: rowsOf(done) });
    }
  });
}

/** Without the counters: ids that nobody was given may be left out. */
function rowsOf(dump: string): string {
  return dump.replaceAll(/^id_counter .*\n/gm, '');
}
