import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeout, UnavailableError } from '@wentu/domain';
import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { PUBLIC_MESSAGE, toStoreError } from './store-error';
import { StuckTransactionError, type Transact } from './transactions';

/** MySQL error numbers: deadlock, and lock wait timeout. */
const COLLISIONS = new Set([1213, 1205]);
const MAX_TRIES = 6;

/** Builds the first part of a statement. The values of its parameters have no effect. */
export type Select = (manager: EntityManager) => SelectQueryBuilder<ObjectLiteral>;

export interface DatabaseOptions {
  /** Called by the first statement, and again by the next statement after a failure. */
  connect(): Promise<DataSource>;
  readonly transact: Transact;
  /** All statements use one connection (SQLite). */
  readonly singleConnection: boolean;
  /** Host and database for error messages; undefined for a SQLite file. */
  readonly address?: string;
  /** Time limit of one call, including the wait for a connection. Without it, only each statement has a limit. */
  readonly deadlineMs?: number;
  /**
   * Called once, when this process can never write again and other connections wait for its lock. The process has to
   * exit.
   */
  readonly onStuck?: (error: Error) => void;
}

/**
 * Statements and transactions of one data source. With a single connection (SQLite), all calls wait in one queue:
 * otherwise a statement would become part of another call's open transaction.
 */
export class Database {
  private queue: Promise<unknown> = Promise.resolve();
  private source: Promise<DataSource> | undefined;
  private isClosed = false;
  private readonly texts = new Map<Select, string>();
  private stuck: Error | undefined;

  constructor(private readonly options: DatabaseOptions) {}

  /** A server may be unavailable for a while; a file is either usable or broken. */
  get isRemote(): boolean {
    return this.options.address !== undefined;
  }

  /** Rows of one statement in the form that the driver returns. */
  async query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return await this.enqueue((source) => source.query<T[]>(sql, [...parameters]));
  }

  /**
   * Rows of a statement that every search needs. QueryBuilder takes longer to build such a statement than SQLite takes
   * to execute it, so its first part is built only once.
   * @param rest the rest of the statement, such as `WHERE i.id = ?`
   * @param parameters values for the first part, then for the rest
   */
  async select<Row>(select: Select, rest: string, parameters: readonly unknown[]): Promise<Row[]> {
    return await this.enqueue(async (source) => {
      const text = this.texts.get(select) ?? select(source.manager).getQueryAndParameters()[0];
      this.texts.set(select, text);
      return await source.query<Row[]>(`${text} ${rest}`, [...parameters]);
    });
  }

  /** For work that only reads. It uses no transaction, so a read-only connection takes no lock. */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await this.enqueue((source) => work(source.manager));
  }

  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { transact } = this.options;
    return await this.enqueue((source) => this.retried(() => transact(source, work)));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.queue;
    const source = await this.source?.catch(() => undefined);
    if (source?.isInitialized) await source.destroy();
  }

  private async enqueue<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> =>
      await this.guarded(async () => await this.withTimeout((async () => await work(await this.opened()))()));
    if (!this.options.singleConnection) return await run();
    const result = this.queue.then(run);
    this.queue = result.catch(() => undefined);
    return await result;
  }

  private async withTimeout<T>(work: Promise<T>): Promise<T> {
    const { address = '', deadlineMs } = this.options;
    if (deadlineMs === undefined) return await work;
    return await withTimeout(
      work,
      deadlineMs,
      `the metadata store ${address} did not answer within ${deadlineMs} ms; try again`,
      PUBLIC_MESSAGE,
    );
  }

  private async opened(): Promise<DataSource> {
    if (this.isClosed) throw new UnavailableError('the metadata store was closed; open it again');
    if (this.stuck) throw this.stuck;
    this.source ??= this.options.connect();
    try {
      return await this.source;
    } catch (error) {
      this.source = undefined;
      throw error;
    }
  }

  /** The server aborts one of two deadlocked transactions and rolls it back completely, so it is run again. */
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

  /** Converts errors of the engine to a WentuError with that error as its cause. A WentuError is rethrown unchanged. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StuckTransactionError && !this.stuck) {
        this.stuck = error;
        this.options.onStuck?.(error);
      }
      throw toStoreError(error, this.options.address);
    }
  }
}

/** Splits a list, because a statement with many parameters is slow to parse, and is refused above a limit. */
export function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** `(?, ?, ?)` */
export function placeholders(count: number): string {
  return `(${Array.from({ length: count }, () => '?').join(', ')})`;
}

/** Number of values in one IN list. */
export const LIST_SLICE = 500;
