import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UnavailableError, type MetadataStore } from '@wentu/domain';
import { DataSource } from 'typeorm';
import { Database } from './database';
import { ENTITIES } from './entities';
import { LibsqlConnection } from './libsql-connection';
import { Initial1700000000001 } from './migrations/sqlite/1700000000001-initial';
import { CollectionSize1732500000002 } from './migrations/sqlite/1732500000002-collection-size';
import { PictureIdentity1764000000003 } from './migrations/sqlite/1764000000003-picture-identity';
import { TypeOrmMetadataStore } from './typeorm-metadata-store';

/** Pages of 4 KiB that the log takes before it goes into the file: 64 MiB, so that a load is not held up by many small ones. */
const LOG_PAGES = 16_384;
const WRITING = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`;
/** How long a statement waits for another connection's write. */
const BUSY_MS = 10_000;

/**
 * Opens the store in a SQLite file. The one that writes makes and migrates it; others, in other threads, open it to read
 * and see what is committed. Writers must be in different threads or processes: they wait for each other (BUSY_MS), and
 * within one thread the wait would block the one it waits for. WAL with synchronous=NORMAL: what was committed outlives the process however it ends; a loss
 * of power can take the last moments, never the file's consistency.
 * @throws UnavailableError
 */
export async function openSqliteStore(options: { path: string; readOnly?: boolean }): Promise<MetadataStore> {
  const source = await openSqliteSource(options);
  return new TypeOrmMetadataStore(new Database(async () => source, true));
}

/** The data source alone, migrated; for the check that entities and migrations agree. */
export async function openSqliteSource({
  path,
  readOnly = false,
}: {
  path: string;
  readOnly?: boolean;
}): Promise<DataSource> {
  if (readOnly && !existsSync(path))
    throw new UnavailableError(`there is no database at ${path}; start the server once, it makes one`);
  if (!readOnly) await mkdir(dirname(path), { recursive: true });
  const source = new DataSource({
    type: 'better-sqlite3',
    driver: LibsqlConnection,
    database: path,
    entities: ENTITIES,
    migrations: [Initial1700000000001, CollectionSize1732500000002, PictureIdentity1764000000003],
    synchronize: false,
    timeout: BUSY_MS,
    prepareDatabase: (connection: { exec(sql: string): void }) => {
      connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      connection.exec(readOnly ? 'PRAGMA query_only = ON' : WRITING);
    },
  });
  try {
    await source.initialize();
    if (!readOnly) await source.runMigrations();
    // Opening alone reads nothing: this finds out whether it is a database, and one of ours.
    await source.query('SELECT uuid FROM store_info');
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw new UnavailableError(
      `the database at ${path} cannot be opened: ${String(error)}; see that it is a Wentu database and may be written`,
      {
        cause: error,
      },
    );
  }
}
