import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeout, UnavailableError } from '@wentu/domain';
import type { DataSource, EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { PUBLIC_MESSAGE, toStoreError } from './store-error';
import { StuckTransactionError, type Transact } from './transactions';

/** MySQL's numbers for a deadlock and for a lock that was waited for too long. */
const COLLISIONS = new Set([1213, 1205]);
const MAX_TRIES = 6;

/** Begins a statement. Its parameters' values do not matter. */
export type Select = (manager: EntityManager) => SelectQueryBuilder<ObjectLiteral>;

export interface DatabaseOptions {
  /** Called by the first statement, and after a failure by the next. */
  connect(): Promise<DataSource>;
  readonly transact: Transact;
  /** One connection for everything (SQLite). */
  readonly singleConnection: boolean;
  /** Host and database, for errors; none: it is a file. */
  readonly address?: string;
  /** Longest time of one piece of work, its wait for a connection included; none: statements have theirs. */
  readonly deadlineMs?: number;
  /**
   * Called once, when nothing can be written again in this process and others wait for its lock: the process has to
   * end.
   */
  readonly onStuck?: (error: Error) => void;
}

/**
 * Statements and transactions of one data source. With a single connection (SQLite) everything goes through one queue:
 * a statement in between would join whatever transaction is open.
 */
export class Database {
  private queue: Promise<unknown> = Promise.resolve();
  private source: Promise<DataSource> | undefined;
  private isClosed = false;
  private readonly texts = new Map<Select, string>();
  private stuck: Error | undefined;

  constructor(private readonly options: DatabaseOptions) {}

  /** A server may be away for a while; a file is there or broken. */
  get isRemote(): boolean {
    return this.options.address !== undefined;
  }

  /** Rows of one statement, as the driver gives them. */
  async query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return await this.enqueue((source) => source.query<T[]>(sql, [...parameters]));
  }

  /**
   * Rows of what every search asks. QueryBuilder takes longer to write such a statement than SQLite to execute it, so
   * it writes its beginning once.
   * @param rest what follows it, such as `WHERE i.id = ?`
   * @param parameters those of the beginning, then those of the rest
   */
  async select<Row>(select: Select, rest: string, parameters: readonly unknown[]): Promise<Row[]> {
    return await this.enqueue(async (source) => {
      const text = this.texts.get(select) ?? select(source.manager).getQueryAndParameters()[0];
      this.texts.set(select, text);
      return await source.query<Row[]>(`${text} ${rest}`, [...parameters]);
    });
  }

  /** For repositories that only read: no transaction, so a reading connection takes no lock. */
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
      if (error instanceof StuckTransactionError && !this.stuck) {
        this.stuck = error;
        this.options.onStuck?.(error);
      }
      throw toStoreError(error, this.options.address);
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
