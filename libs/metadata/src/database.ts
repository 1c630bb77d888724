import { setTimeout as sleep } from 'node:timers/promises';
import { inTime, UnavailableError, WentuError } from '@wentu/domain';
import type { DataSource, EntityManager } from 'typeorm';

/** MySQL's numbers for a deadlock and for a lock that was waited for too long. */
const COLLISIONS = new Set([1213, 1205]);
const MAX_TRIES = 6;
/**
 * Of MySQL: no connection left (1040, 1203, 1226), going down or killed (1053, 1077, 1079, 1317, 1927, 4031), the line (1152, 1158 to 1161, 1184),
 * a cluster that is not ready (1047), a plan that has to be made again (1615), disk full (1021, 1114), read-only after a failover (1290, 1836).
 */
const AWAY = new Set([
  ...[1040, 1203, 1226, 1053, 1077, 1079, 1317, 1927, 4031, 1152, 1158, 1159, 1160, 1161, 1184],
  ...[1047, 1615, 1021, 1114, 1290, 1836, ...COLLISIONS],
]);

/** What API clients read: nothing of the server's host, its database or its files. */
export const PUBLIC_MESSAGE =
  "the metadata store (DATABASE_URL) does not do it now; try again, and see the server's log when it stays so";

/**
 * Statements and transactions of one data source. With a single connection (SQLite) everything goes through one queue:
 * a statement in between would join whatever transaction is open.
 */
export class Database {
  private queue: Promise<unknown> = Promise.resolve();
  private source: Promise<DataSource> | undefined;
  private isClosed = false;

  /**
   * @param connect called by the first statement, and after a failure by the next
   * @param address host and database, for errors; none: it is a file
   * @param deadlineMs longest time of one piece of work, its wait for a connection included; none: statements have theirs
   */
  constructor(
    private readonly connect: () => Promise<DataSource>,
    private readonly singleConnection: boolean,
    private readonly address?: string,
    private readonly deadlineMs?: number,
  ) {}

  /** A server may be away for a while; a file is there or broken. */
  get isRemote(): boolean {
    return this.address !== undefined;
  }

  /** Rows of one statement, as the driver gives them. */
  async query<T>(sql: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return await this.enqueue((source) => source.query<T[]>(sql, [...parameters]));
  }

  /** For repositories that only read: no transaction, so a reading connection takes no lock. */
  async read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await this.enqueue((source) => work(source.manager));
  }

  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return await this.enqueue((source) =>
      this.singleConnection ? source.transaction(work) : this.retried(() => source.transaction('READ COMMITTED', work)),
    );
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.queue;
    const source = await this.source?.catch(() => undefined);
    if (source?.isInitialized) await source.destroy();
  }

  private async enqueue<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> =>
      await this.guarded(async () => await this.inTime((async () => await work(await this.opened()))()));
    if (!this.singleConnection) return await run();
    const result = this.queue.then(run);
    this.queue = result.catch(() => undefined);
    return await result;
  }

  private async inTime<T>(work: Promise<T>): Promise<T> {
    const { address = '', deadlineMs } = this;
    if (deadlineMs === undefined) return await work;
    return await inTime(
      work,
      deadlineMs,
      `the metadata store ${address} did not answer within ${deadlineMs} ms; try again`,
      PUBLIC_MESSAGE,
    );
  }

  private async opened(): Promise<DataSource> {
    if (this.isClosed) throw new UnavailableError('the metadata store was closed; open it again');
    this.source ??= this.connect();
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
      // What a server says of the statement itself is a bug: the same again would fail again.
      if (error instanceof WentuError || (this.isRemote && !isAway(error))) throw error;
      const message = error instanceof Error ? error.message || error.name : String(error);
      const what =
        this.address === undefined
          ? `the metadata store did not do it: ${message}; see that its disk is not full and that nothing else holds it`
          : `the metadata store ${this.address} did not do it: ${message}; see that the server runs and can be reached`;
      throw new UnavailableError(what, { cause: error, publicMessage: PUBLIC_MESSAGE });
    }
  }
}

/** Whether the same may work later: the server, or the way to it, is not as it should be. */
function isAway(error: unknown): boolean {
  const { errno, code, fatal } = Object((error as { driverError?: unknown }).driverError ?? error) as {
    errno?: unknown;
    code?: unknown;
    fatal?: unknown;
  };
  // Those of the system and of the driver have no SQL state; a pool that is being closed says so in words alone.
  const isStatement = typeof code === 'string' && code.startsWith('ER_');
  return isStatement ? AWAY.has(Number(errno)) : fatal === true || code !== undefined || isClosed(error);
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof Error && /pool is closed|connection is in closed state|queue limit reached/i.test(error.message)
  );
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
