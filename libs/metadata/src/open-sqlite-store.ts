import 'reflect-metadata';
import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConflictError, UnavailableError, WentuError, type MetadataStore } from '@wentu/domain';
import { DataSource } from 'typeorm';
import { checkPages, refuseCutOff } from './check-pages';
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
import { Reencoding1796000000007 } from './migrations/sqlite/1796000000007-reencoding';
import { Facts1796100000019 } from './migrations/sqlite/1796100000019-facts';
import { KeptOut1796200000019 } from './migrations/sqlite/1796200000019-kept-out';
import { OwnAttributes1796300000019 } from './migrations/sqlite/1796300000019-own-attributes';
import { ImageOrders1796400000019 } from './migrations/sqlite/1796400000019-image-orders';
import { WatchedFolders1796500000019 } from './migrations/sqlite/1796500000019-watched-folders';
import { Words1796600000020 } from './migrations/sqlite/1796600000020-words';
import { Access1796700000021 } from './migrations/sqlite/1796700000021-access';
import { FailureDetails1796900000022 } from './migrations/sqlite/1796900000022-failure-details';
import { fileError } from './store-error';
import { checkIdentity, refuseEmpty, type StoreIdentity } from './store-identity';
import { abandon, sqliteTransactions } from './transactions';
import { typeOrmMetadataStore } from './typeorm-metadata-store';

/**
 * Pages of 4 KiB in the write-ahead log before a checkpoint: 64 MiB, so that many small checkpoints do not slow down a
 * load.
 */
const LOG_PAGES = 16_384;
const WRITING = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`;
/** How long a statement waits for a write of another connection. */
const BUSY_MS = 10_000;
/** Tables that an interrupted first start may leave. All tables of a migration are created together. */
const BEFORE_TABLES = new Set(['migrations', 'sqlite_sequence']);

export interface SqliteStoreOptions {
  readonly path: string;
  readonly readOnly?: boolean;
  readonly identity?: StoreIdentity;
  /** Called when the connection cannot leave its transaction. The process has to exit, which releases the file. */
  readonly onStuck?: (error: Error) => void;
  /** Replaced in tests of engine faults. */
  readonly driver?: typeof LibsqlConnection;
}

/**
 * Opens the store in a SQLite file. The writing connection creates and migrates the file; reading connections in other
 * threads see committed changes. Writers must be in different threads or processes: they wait for each other (BUSY_MS),
 * and within one thread the wait would block the other writer. With WAL and synchronous=NORMAL, commits survive any end
 * of the process. A power failure can lose the last moments, but never the consistency of the file.
 * @throws UnavailableError; ConflictError when the database has an unexpected store
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

/** Opens and migrates only the data source, for the test that entities and migrations agree. */
export async function openSqliteSource({
  path,
  readOnly = false,
  identity,
  driver = LibsqlConnection,
}: SqliteStoreOptions): Promise<DataSource> {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  // Opening a missing file would already create an empty one, and remove the files of its write-ahead log.
  if (size === undefined) refuseEmpty(`there is no database at ${path}`, identity);
  if (size === 0) refuseEmpty(`the database at ${path} is empty`, identity);
  if (size === undefined && readOnly)
    throw new UnavailableError(`there is no database at ${path}; start the server once to create it`);
  if (!readOnly && size !== undefined) refuseCutOff(path);
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
      Reencoding1796000000007,
      Facts1796100000019,
      KeptOut1796200000019,
      OwnAttributes1796300000019,
      ImageOrders1796400000019,
      WatchedFolders1796500000019,
      Words1796600000020,
      Access1796700000021,
      FailureDetails1796900000022,
    ],
    synchronize: false,
    // The default logger prints failed migrations to standard output.
    logger: 'debug',
    timeout: BUSY_MS,
    prepareDatabase: (connection: LibsqlConnection) => {
      connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      // The check is before the first write, because the file may belong to another program.
      checkTables(path, connection, identity);
      if (!readOnly && size !== undefined && size > 0) checkPages(path, connection);
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

/** @throws ConflictError for a database of another program, and for an empty database when a store is expected */
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
    `the file ${path} is a database of another program (tables ${names.slice(0, 3).join(', ')}); Wentu has not changed it. ` +
      'Set WENTU_DATA_DIR to a folder that only Wentu uses, or put the database of Wentu back',
  );
}
