import { statSync } from 'node:fs';
import { UnavailableError } from '@wentu/domain';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/**
 * Runs the work between BEGIN and COMMIT. When it resolves, the database has said that the work is committed. When it
 * rejects, the connection is in no transaction, or it is never used again. TypeORM's own transactions do not promise
 * that: they ignore a ROLLBACK that fails, and later ones are then savepoints in a transaction that never commits.
 */
export type Transact = <T>(source: DataSource, work: (manager: EntityManager) => Promise<T>) => Promise<T>;

/** As much of SQLite's connection as is used. */
export interface SqliteConnection {
  /** SQLite's own answer (sqlite3_get_autocommit). Aborts the process when the connection is closed. */
  readonly inTransaction: boolean;
  exec(sql: string): void;
}

/**
 * The connection is in a transaction that it cannot leave. Only the end of the process frees the file: libsql keeps
 * what it closes as long as a statement lives.
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
 * @param path of the file, which is open already: what is written into one that has been removed or replaced would be
 * lost with the process
 */
export function sqliteTransactions(path: string): Transact {
  const opened = fileAt(path);
  return async (source, work) => {
    const now = fileAt(path);
    if (now === null || now !== opened) {
      throw new UnavailableError(
        `the database file ${path} was ${now === null ? 'removed' : 'replaced'} while it was open; nothing is written any more. Stop the server, then put the ` +
          'file back or restore the backup (docs/operations.md, "Backup and restore")',
      );
    }
    return await sqliteTransaction(source, work);
  };
}

/**
 * Closes a data source whose migration failed. A connection that is closed within a transaction would keep its lock as
 * long as one of its statements lives.
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
    // One that reads first and writes later may find that another connection wrote in between, and can never write
    // again.
    connection.exec('BEGIN IMMEDIATE');
    const result = await work(runner.manager);
    // A statement that met a full disk may have ended the transaction: what came after it would have been committed by
    // itself.
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
 * SQLite rolls back by itself when COMMIT or a statement meets a full disk, and ROLLBACK is an error then: only its own
 * answer tells.
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

/**
 * On a connection of its own, which goes back to the pool only when the server has said that its transaction has ended.
 */
export const mysqlTransaction: Transact = async (source, work) => {
  const runner = source.createQueryRunner();
  try {
    await runner.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await runner.query('START TRANSACTION');
    const result = await work(runner.manager);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // On a connection that still is in a transaction, the next START TRANSACTION would commit half of this one.
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
