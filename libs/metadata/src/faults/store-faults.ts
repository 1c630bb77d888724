import type { MetadataStore } from '@wentu/domain';
import type { FaultKind, FaultPlan } from './fault-plan';
import { fillStore, WRITER_CASES, type Fixture, type WriterCase } from './writer-cases';

export interface FaultBench {
  /** A store whose statements follow the plan. */
  readonly store: MetadataStore;
  readonly plan: FaultPlan;
  /** All rows of all tables as one text, read by another connection. Times are only marked as present. */
  dump(): Promise<string>;
  /** Saves the rows. @returns a function that restores them through another connection */
  snapshot(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Fails each statement of each transaction in each way, and compares the rows that another connection reads with the
 * acknowledged changes. All cases use one store, so a transaction that is lost or stays open makes later cases fail.
 */
export function storeFaults(engine: string, open: () => Promise<FaultBench>, kinds: readonly FaultKind[]): void {
  describe(`${engine}: whichever statement fails, acknowledged changes are complete and no change is partial`, () => {
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
      // Only a lost reply may leave an unacknowledged change.
      if (state === 'all' && !acknowledged && !tried.inSlices)
        expect({ where, kind }).toEqual({ where, kind: 'after' });
      // The next call on the same connection must not commit a part of it.
      await bench.store.ids.reserve(1);
      expect({ where, rows: rowsOf(await bench.dump()) }).toEqual({ where, rows: rowsOf(after) });
      await repeated(tried, done, where, state === 'all');
    }

    /** Repeats the call without a fault, as a caller does after an error or a lost reply. */
    async function repeated(tried: WriterCase, done: string, where: string, wasDone: boolean): Promise<void> {
      const again = tried.call(bench.store, fixture);
      if (wasDone && tried.twice === 'conflict') await expect(again).rejects.toMatchObject({ code: 'CONFLICT' });
      else await again;
      if (wasDone && tried.twice === 'another') return;
      expect({ where, rows: rowsOf(await bench.dump()) }).toEqual({ where, rows: rowsOf(done) });
    }
  });
}

/** Without the counters, because reserved ids may stay unused. */
function rowsOf(dump: string): string {
  return dump.replaceAll(/^id_counter .*\n/gm, '');
}
