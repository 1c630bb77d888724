import { statSync } from 'node:fs';
import { UnavailableError } from '@wentu/domain';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/**
 * Runs the work between BEGIN and COMMIT. When it resolves, the database has confirmed the commit. When it rejects, the
 * connection is in no transaction, or it is never used again. TypeORM's own transactions do not guarantee that: they
 * ignore a failed ROLLBACK, and later transactions are then savepoints in a transaction that never commits.
 */
export type Transact = <T>(source: DataSource, work: (manager: EntityManager) => Promise<T>) => Promise<T>;

/** The part of a SQLite connection that is used here. */
export interface SqliteConnection {
  /** The state as SQLite reports it (sqlite3_get_autocommit). Reading it on a closed connection aborts the process. */
  readonly inTransaction: boolean;
  exec(sql: string): void;
}

/**
 * The connection cannot leave its transaction. Only the end of the process releases the file: libsql keeps a closed
 * connection open as long as one of its statements exists.
 */
export class StuckTransactionError extends Error {
  constructor(options: ErrorOptions) {
    super('the connection to the database is in a transaction that can be neither committed nor rolled back', options);
    this.name = 'StuckTransactionError';
  }
}

const ROLLBACK_TRIES = 3;

/**
 * Transactions on the only connection of a data source.
 * @param path the file, which is already open: writes to a removed or replaced file would be lost when the process ends
 */
export function sqliteTransactions(path: string): Transact {
  const opened = fileAt(path);
  return async (source, work) => {
    const now = fileAt(path);
    if (now === null || now !== opened) {
      throw new UnavailableError(
        `the database file ${path} was ${now === null ? 'removed' : 'replaced'} while it was open; writes are refused. Stop the server, then put the ` +
          'file back or restore the backup (docs/operations.md, "Backup and restore")',
      );
    }
    return await sqliteTransaction(source, work);
  };
}

/**
 * Closes a data source whose migration failed. It first leaves the transaction: otherwise the closed connection would
 * keep its lock as long as one of its statements exists.
 */
export async function abandon(source: DataSource): Promise<void> {
  const connection = (await source.createQueryRunner().connect()) as SqliteConnection;
  try {
    leave(connection, undefined);
  } finally {
    await source.destroy();
  }
}

function fileAt(path: string): string | null {
  const file = statSync(path, { throwIfNoEntry: false });
  return file ? `${file.dev}:${file.ino}` : null;
}

/** @throws StuckTransactionError */
const sqliteTransaction: Transact = async (source, work) => {
  const runner = source.createQueryRunner();
  const connection = (await runner.connect()) as SqliteConnection;
  if (connection.inTransaction) leave(connection, undefined);
  try {
    // A transaction that reads first cannot write any more if another connection wrote in between.
    connection.exec('BEGIN IMMEDIATE');
    const result = await work(runner.manager);
    // A statement that failed on a full disk may have ended the transaction, and each later statement would commit on
    // its own.
    if (!connection.inTransaction) throw new Error('the database ended the transaction before it was committed');
    connection.exec('COMMIT');
    if (connection.inTransaction) throw new Error('the database is still in the transaction after its COMMIT');
    return result;
  } catch (error) {
    leave(connection, error);
    throw error;
  }
};

/**
 * Rolls back until SQLite reports no open transaction. SQLite itself rolls back after a full disk; ROLLBACK then fails,
 * so only the reported state is reliable.
 */
function leave(connection: SqliteConnection, cause: unknown): void {
  for (let tries = 0; connection.inTransaction; tries++) {
    if (tries === ROLLBACK_TRIES) throw new StuckTransactionError({ cause });
    try {
      connection.exec('ROLLBACK');
    } catch (error) {
      cause ??= error;
    }
  }
}

/** Each transaction has its own connection, which returns to the pool only after the server confirmed the end. */
export const mysqlTransaction: Transact = async (source, work) => {
  const runner = source.createQueryRunner();
  try {
    await runner.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await runner.query('START TRANSACTION');
    const result = await work(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // On a connection with an open transaction, the next START TRANSACTION would commit half of this one.
    await runner.query('ROLLBACK').catch(() => discard(runner));
    throw error;
  } finally {
    await runner.release();
  }
};

async function discard(runner: QueryRunner): Promise<void> {
  const connection = (await runner.connect().catch(() => undefined)) as { destroy(): void } | undefined;
  connection?.destroy();
}
