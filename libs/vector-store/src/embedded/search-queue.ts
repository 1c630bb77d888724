import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnavailableError, type VectorHit } from '@wentu/domain';
import { currentScope, measure, nowMs } from '@wentu/telemetry';
import type { Asked } from './embedded-index';

interface Waiting {
  readonly asked: readonly Asked[];
  /** The number of queries that batches have taken. */
  taken: number;
  readonly results: VectorHit[][];
  /** Whether the call has ended: with its results, an abort, or the end of the queue. */
  settled: boolean;
  /** Called when its first query is taken. */
  began(): void;
  finish(error?: Error): void;
}

export interface SearchQueueOptions {
  /** The maximum number of queries in one batch. */
  readonly maxBatchQueries: number;
  /** The limit of waiting queries; more calls are refused. */
  readonly maxWaitingQueries: number;
  /** The name of the index in error messages, such as "index 'w_1'". */
  readonly name: string;
}

/**
 * Searches of one index that arrive during a run share the next run; an idle index runs a search at once. Changes are
 * applied between two runs, before the waiting searches.
 */
export class SearchQueue {
  private waiting: Waiting[] = [];
  private changes: { apply(): void; reject(error: Error): void }[] = [];
  private running: Promise<void> | undefined;
  private closedBy: Error | undefined;

  /** @param run returns the hits of each query */
  constructor(
    private readonly run: (asked: readonly Asked[]) => Promise<VectorHit[][]>,
    private readonly options: SearchQueueOptions,
  ) {}

  search(asked: readonly Asked[], signal?: AbortSignal): Promise<VectorHit[][]> {
    if (this.closedBy) return Promise.reject(this.closedBy);
    if (asked.length === 0) return Promise.resolve([]);
    const ahead = this.waiting.reduce((sum, { asked: others, taken }) => sum + others.length - taken, 0);
    if (ahead >= this.options.maxWaitingQueries) {
      const busy = `${this.options.name} is busy: ${ahead} queries are waiting for it; try again in a moment`;
      return Promise.reject(new UnavailableError(busy));
    }
    const [scope, since] = [currentScope(), nowMs()];
    return new Promise((resolve, reject) => {
      const onAbort = (): void => call.finish(signal?.reason as Error);
      const call: Waiting = {
        asked,
        taken: 0,
        results: [],
        settled: false,
        began() {
          const now = nowMs();
          measure('indexWait', (now - since) / 1_000, {});
          scope?.trace.record('wait.index', since, now, scope.span);
        },
        finish: (error) => {
          if (call.settled) return;
          call.settled = true;
          signal?.removeEventListener('abort', onAbort);
          this.waiting = this.waiting.filter((other) => other !== call);
          if (error === undefined) resolve(call.results);
          else reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(call);
      this.running ??= this.drain();
    });
  }

  /** Calls `apply`, which must be synchronous, while no search is running. */
  change(apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.closedBy) throw this.closedBy;
      const settle = (): void => {
        try {
          apply();
          resolve();
        } catch (error) {
          reject(error);
        }
      };
      if (this.running) this.changes.push({ apply: settle, reject });
      else settle();
    });
  }

  /** Rejects waiting and later calls with the error. */
  close(error: Error): void {
    this.closedBy ??= error;
    for (const call of [...this.waiting]) call.finish(error);
    for (const change of this.changes.splice(0)) change.reject(error);
  }

  /** Resolves when no search is running. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      // A run blocks the thread. This turn collects the calls that arrived during the run or in the same turn.
      await nextTurn();
      await this.runBatch();
      this.applyChanges();
    }
    this.applyChanges();
    measure('indexWaiting', 0, {});
    this.running = undefined;
  }

  private applyChanges(): void {
    for (const change of this.changes.splice(0)) change.apply();
  }

  private async runBatch(): Promise<void> {
    const batch = this.takeBatch();
    measure('indexQueries', batch.length, {});
    measure('indexWaiting', this.waiting.length, {});
    try {
      const found = await this.run(batch.map(({ call, position }) => call.asked[position] as Asked));
      batch.forEach(({ call, position }, i) => {
        call.results[position] = found[i] ?? [];
        if (position === call.asked.length - 1) call.finish();
      });
    } catch (error) {
      for (const { call } of batch) call.finish(error as Error);
    }
  }

  private takeBatch(): { call: Waiting; position: number }[] {
    const batch: { call: Waiting; position: number }[] = [];
    for (const call of this.waiting) {
      if (call.taken === 0 && batch.length < this.options.maxBatchQueries) call.began();
      while (call.taken < call.asked.length && batch.length < this.options.maxBatchQueries) {
        batch.push({ call, position: call.taken++ });
      }
    }
    return batch;
  }
}
