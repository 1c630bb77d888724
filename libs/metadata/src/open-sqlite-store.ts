import 'reflect-metadata';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConflictError, UnavailableError, WentuError, type MetadataStore } from '@wentu/domain';
import { DataSource } from 'typeorm';
import { checkTexts } from './check-texts';
import { Database } from './database';
import { ENTITIES } from './entities';
import { LibsqlConnection } from './libsql-connection';
import { Initial1700000000001 } from './migrations/sqlite/1700000000001-initial';
import { CollectionSize1732500000002 } from './migrations/sqlite/1732500000002-collection-size';
import { PictureIdentity1764000000003 } from './migrations/sqlite/1764000000003-picture-identity';
import { Milestone1764200000003 } from './migrations/sqlite/1764200000003-milestone';
import { Embeddings1795800000004 } from './migrations/sqlite/1795800000004-embeddings';
import { LoadsAndOriginals1795900000005 } from './migrations/sqlite/1795900000005-loads-and-originals';
import { fileError } from './store-error';
import { checkIdentity, refuseEmpty, type StoreIdentity } from './store-identity';
import { abandon, sqliteTransactions } from './transactions';
import { typeOrmMetadataStore } from './typeorm-metadata-store';

/**
 * Pages of 4 KiB that the log takes before it goes into the file: 64 MiB, so that a load is not held up by many small
 * ones.
 */
const LOG_PAGES = 16_384;
const WRITING = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`;
/** How long a statement waits for another connection's write. */
const BUSY_MS = 10_000;
/** What an interrupted first start may leave: the tables of a migration come all at once. */
const BEFORE_TABLES = new Set(['migrations', 'sqlite_sequence']);

export interface SqliteStoreOptions {
  readonly path: string;
  readonly readOnly?: boolean;
  readonly identity?: StoreIdentity;
  /**
   * Called when the connection is in a transaction that it cannot leave: the process has to end, and frees the file
   * with that.
   */
  readonly onStuck?: (error: Error) => void;
  /** Another one to see what faults of the engine do. */
  readonly driver?: typeof LibsqlConnection;
}

/**
 * Opens the store in a SQLite file. The one that writes makes and migrates it; others, in other threads, open it to
 * read and see what is committed. Writers must be in different threads or processes: they wait for each other
 * (BUSY_MS), and within one thread the wait would block the one it waits for. WAL with synchronous=NORMAL: what was
 * committed outlives the process however it ends; a loss of power can take the last moments, never the file's
 * consistency.
 * @throws UnavailableError; ConflictError when it is not the store that it has to be
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<MetadataStore> {
  const source = await openSqliteSource(options);
  const { onStuck } = options;
  const database = new Database({
    connect: async () => source,
    transact: sqliteTransactions(options.path),
    singleConnection: true,
    ...(onStuck ? { onStuck } : {}),
  });
  return typeOrmMetadataStore(database);
}

/** The data source alone, migrated; for the check that entities and migrations agree. */
export async function openSqliteSource({
  path,
  readOnly = false,
  identity,
  driver = LibsqlConnection,
}: SqliteStoreOptions): Promise<DataSource> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  // Opening alone would make an empty one, and remove what lies beside it.
  if (size === undefined) refuseEmpty(`there is no database at ${path}`, identity);
  if (size === 0) refuseEmpty(`the database at ${path} is empty`, identity);
  if (size === undefined && readOnly)
    throw new UnavailableError(`there is no database at ${path}; start the server once, it makes one`);
  const source = new DataSource({
    type: 'better-sqlite3',
    driver,
    database: path,
    entities: ENTITIES,
    migrations: [
      Initial1700000000001,
      CollectionSize1732500000002,
      PictureIdentity1764000000003,
      Milestone1764200000003,
      Embeddings1795800000004,
      LoadsAndOriginals1795900000005,
    ],
    synchronize: false,
    // The other one prints failed migrations on standard output.
    logger: 'debug',
    timeout: BUSY_MS,
    prepareDatabase: (connection: LibsqlConnection) => {
      connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      // Before anything is written into a file that is not ours.
      checkTables(path, connection, identity);
      connection.exec(readOnly ? 'PRAGMA query_only = ON' : WRITING);
    },
  });
  try {
    if (!readOnly) await mkdir(dirname(path), { recursive: true });
    await source.initialize();
    if (!readOnly) await source.runMigrations();
    const [row] = await source.query<[{ uuid: string }?]>('SELECT uuid FROM store_info');
    if (!row) throw new Error('its table store_info is empty');
    checkIdentity(`the database at ${path}`, row.uuid, identity);
    return source;
  } catch (error) {
    if (source.isInitialized) await abandon(source);
    if (error instanceof WentuError) throw error;
    throw fileError(error, `the database at ${path} cannot be opened`, dirname(path));
  }
}

/** @throws ConflictError when it is another program's database, or empty where there was a store */
function checkTables(path: string, connection: LibsqlConnection, identity: StoreIdentity | undefined): void {
  const rows = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'") as {
    all(): { name: string }[];
  };
  const names = rows.all().map(({ name }) => name);
  if (names.includes('store_info')) {
    checkTexts(path, connection);
    return;
  }
  if (names.every((name) => BEFORE_TABLES.has(name))) {
    refuseEmpty(`the database at ${path} is empty`, identity);
    return;
  }
  throw new ConflictError(
    `the file ${path} is a database of another program (tables ${names.slice(0, 3).join(', ')}); nothing was written into it. ` +
      'Set WENTU_DATA_DIR to a folder of Wentu’s own, or put Wentu’s database back',
  );
}
