import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError, WentuError } from '@wentu/domain';
import type { DataSource, EntityManager } from 'typeorm';

/** MySQL's numbers for a deadlock and for a lock that was waited for too long. */
const COLLISIONS = new Set([1213, 1205]);
const MAX_TRIES = 6;

/**
 * Statements and transactions of one data source. With a single connection (SQLite) everything goes through one queue:
 * a statement in between would join whatever transaction is open.
 */
export class Database {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly source: DataSource,
    private readonly singleConnection: boolean,
    /** Host and database, for errors; none: it is a file. */
    private readonly address?: string,
  ) {}

  /** Rows of one statement, as the driver gives them. */
  async query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return await this.enqueue(() => this.source.query<T[]>(sql, [...parameters]));
  }

  /** For repositories that only read: no transaction, so a reading connection takes no lock. */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await this.enqueue(() => work(this.source.manager));
  }

  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await this.enqueue(() =>
      this.singleConnection
        ? this.source.transaction(work)
        : this.retried(() => this.source.transaction('READ COMMITTED', work)),
    );
  }

  async close(): Promise<void> {
    await this.enqueue(async () => {
      if (this.source.isInitialized) await this.source.destroy();
    });
  }

  private async enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (!this.singleConnection) return await this.guarded(work);
    const result = this.queue.then(() => this.guarded(work));
    this.queue = result.catch(() => undefined);
    return await result;
  }

  /** Of transactions that wait for each other the server ends one; nothing of it is left, so it is done again. */
  private async retried<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (tries === MAX_TRIES || !COLLISIONS.has(Number((error as { errno?: unknown }).errno))) throw error;
        await sleep(Math.random() * 20 * 2 ** tries);
      }
    }
  }

  /** What the engine throws becomes ours, with the engine's words as cause; ours passes through. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WentuError) throw error;
      const message = error instanceof Error ? error.message || error.name : String(error);
      const what =
        this.address === undefined
          ? `the metadata store did not do it: ${message}; see that its disk is not full and that nothing else holds it`
          : `the metadata store ${this.address} did not do it: ${message}; see that the server runs and can be reached`;
      throw new UnavailableError(what, { cause: error });
    }
  }
}

/** Many parameters a statement are slow to parse and, past a limit, refused. */
export function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** `(?, ?, ?)` */
export function placeholders(count: number): string {
  return `(${Array.from({ length: count }, () => '?').join(', ')})`;
}

/** For IN lists. */
export const LIST_SLICE = 500;
