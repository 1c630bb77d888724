import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { ConflictError, UnavailableError, WentuError } from '@wentu/domain';
import type { DataSource, QueryRunner } from 'typeorm';
import { copyRows } from './copy-rows';
import { IDS_LEFT_OUT } from './copy-sqlite-store';
import { mysqlDriver } from './mysql-driver';
import { parseMysqlUrl } from './mysql-url';
import { mysqlSource } from './open-mysql-store';
import { openSqliteSource } from './open-sqlite-store';

/** One page of rows on a busy server with a slow disk. */
const STATEMENT_MS = 10 * 60_000;

/**
 * Copies a store on a MySQL server, as it is at one moment, into a new SQLite file. Servers may use the store
 * meanwhile. As with `copySqliteStore`, the copy has its own id and continues with other ids.
 * @returns the store id of the copy
 * @throws ConflictError when the tables are those of another version; UnavailableError
 */
export async function copyMysqlStore(url: string, to: string): Promise<string> {
  const address = parseMysqlUrl(url);
  const what = `the database ${address.database} at ${address.host}:${address.port}`;
  const source = mysqlSource(address, mysqlDriver(STATEMENT_MS));
  let target: DataSource | undefined;
  try {
    await source.initialize();
    if (await source.showMigrations())
      throw new ConflictError(
        `${what} has the tables of another version; make the backup with the version that uses it`,
      );
    target = await openSqliteSource({ path: to });
    const id = await copyInto(source, target);
    // Only the file itself belongs to the backup.
    await target.query('PRAGMA wal_checkpoint(TRUNCATE)');
    await target.query('PRAGMA journal_mode = DELETE');
    return id;
  } catch (error) {
    if (error instanceof WentuError) throw error;
    throw new UnavailableError(
      `${what} was not copied: ${messageOf(error)}; check that the server runs, and try again`,
      {
        cause: error,
      },
    );
  } finally {
    if (target?.isInitialized) await target.destroy();
    if (source.isInitialized) await source.destroy();
    for (const end of ['-wal', '-shm']) await rm(to + end, { force: true });
  }
}

/**
 * Copies the store in a SQLite file into a database of a MySQL server, which must have no images. A failure leaves a
 * database with which no server starts; the call may be repeated.
 * @returns the store id of the copy
 * @throws ConflictError when the database is in use or the file has the tables of another version; UnavailableError
 */
export async function restoreMysqlStore(from: string, url: string): Promise<string> {
  const address = parseMysqlUrl(url);
  const what = `the database ${address.database} at ${address.host}:${address.port}`;
  const source = await openSqliteSource({ path: from, readOnly: true });
  let target: DataSource | undefined;
  try {
    if (await source.showMigrations())
      throw new ConflictError('the backup is of another version of Wentu; restore it with that version, then upgrade');
    target = await openTarget(url);
    const [used] = await target.query<[{ images: unknown }]>('SELECT COUNT(*) AS images FROM image');
    if (Number(used.images) > 0)
      throw new ConflictError(`${what} has ${Number(used.images)} images; give an empty database in DATABASE_URL`);
    return await copyInto(source, target);
  } catch (error) {
    if (error instanceof WentuError) throw error;
    throw new UnavailableError(`${what} was not restored: ${messageOf(error)}; check the server, and try again`, {
      cause: error,
    });
  } finally {
    if (target?.isInitialized) await target.destroy();
    await source.destroy();
  }
}

/** The tables, made and migrated. An earlier restore that failed has left no id of the store. */
async function openTarget(url: string): Promise<DataSource> {
  const address = parseMysqlUrl(url);
  const target = mysqlSource(address, mysqlDriver(STATEMENT_MS));
  try {
    await target.initialize();
    await target.runMigrations();
    return target;
  } catch (error) {
    if (target.isInitialized) await target.destroy();
    throw error;
  }
}

async function copyInto(source: DataSource, target: DataSource): Promise<string> {
  const [from, to] = [source.createQueryRunner(), target.createQueryRunner()];
  const id = randomUUID();
  try {
    await beginSnapshot(from);
    await copyRows(from, to);
    await to.query(`UPDATE id_counter SET next_id = next_id + ${IDS_LEFT_OUT}`);
    await to.query('UPDATE store_info SET uuid = ?', [id]);
    return id;
  } finally {
    await from.release();
    await to.release();
  }
}

/** Later commits of others are not seen. */
async function beginSnapshot(runner: QueryRunner): Promise<void> {
  if (runner.connection.options.type !== 'mysql') {
    await runner.query('BEGIN');
    return;
  }
  await runner.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await runner.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
