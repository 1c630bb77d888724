import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { UnavailableError, WentuError, type MetadataStore } from '@wentu/domain';
import { DataSource, type QueryRunner } from 'typeorm';
import { Database } from './database';
import { ENTITIES } from './entities';
import { Initial1700000000001 } from './migrations/mysql/1700000000001-initial';
import { CollectionSize1732500000002 } from './migrations/mysql/1732500000002-collection-size';
import { PictureIdentity1764000000003 } from './migrations/mysql/1764000000003-picture-identity';
import { Milestone1764200000003 } from './migrations/mysql/1764200000003-milestone';
import { Embeddings1795800000004 } from './migrations/mysql/1795800000004-embeddings';
import { LoadsAndOriginals1795900000005 } from './migrations/mysql/1795900000005-loads-and-originals';
import { Reencoding1796000000007 } from './migrations/mysql/1796000000007-reencoding';
import { Facts1796100000019 } from './migrations/mysql/1796100000019-facts';
import { KeptOut1796200000019 } from './migrations/mysql/1796200000019-kept-out';
import { OwnAttributes1796300000019 } from './migrations/mysql/1796300000019-own-attributes';
import { ImageOrders1796400000019 } from './migrations/mysql/1796400000019-image-orders';
import { WatchedFolders1796500000019 } from './migrations/mysql/1796500000019-watched-folders';
import { Words1796600000020 } from './migrations/mysql/1796600000020-words';
import { Access1796700000021 } from './migrations/mysql/1796700000021-access';
import { FailureDetails1796900000022 } from './migrations/mysql/1796900000022-failure-details';
import { mysqlDriver, type MysqlDriver } from './mysql-driver';
import { parseMysqlUrl, type MysqlAddress } from './mysql-url';
import { damaged, PUBLIC_MESSAGE } from './store-error';
import { checkIdentity, refuseEmpty, type StoreIdentity } from './store-identity';
import { mysqlTransaction } from './transactions';
import { typeOrmMetadataStore } from './typeorm-metadata-store';

/**
 * MySQL error numbers: a table is missing (1146, 1932), or it or its index is damaged (126, 127, 134, 144, 145, 1034,
 * 1035, 1194, 1195, 1712, 1812, 1877).
 */
const DAMAGED = new Set([1146, 1932, 126, 127, 134, 144, 145, 1034, 1035, 1194, 1195, 1712, 1812, 1877]);
const POOL = 8;
/** Largest number of calls that wait for a connection. */
const MAX_WAITING = 1_000;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 60_000;
const MIGRATION_WAIT_S = 60;
/** Prepared statements per connection. Each list length needs its own statement, and the server limits the total. */
const PREPARED = 100;

export interface MysqlStoreOptions {
  /** mysql://USER:PASSWORD@HOST:PORT/DATABASE */
  readonly url: string;
  /** Time limit of one statement. Default 60 s. */
  readonly statementMs?: number;
  /** Time limit of one call, including the wait for a connection. Default: none. */
  readonly deadlineMs?: number;
  readonly identity?: StoreIdentity;
  /** Replaced in tests of connection faults. */
  readonly driver?: MysqlDriver;
}

/**
 * The store in a MySQL or MariaDB database. The first call connects and migrates, and so does the first call after the
 * server was unavailable. Until then, calls throw UnavailableError, or ConflictError when the database has an
 * unexpected store. Any number of processes may open the store.
 * @throws InvalidInputError
 */
export function openMysqlStore({
  url,
  statementMs = STATEMENT_MS,
  deadlineMs,
  identity,
  driver = mysqlDriver(statementMs),
}: MysqlStoreOptions): MetadataStore {
  const address = parseMysqlUrl(url);
  const database = new Database({
    connect: async () => await openMysqlSource(address, driver, identity),
    transact: mysqlTransaction,
    singleConnection: false,
    address: nameOf(address),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  return typeOrmMetadataStore(database);
}

/** Opens and migrates only the data source, for the test that entities and migrations agree. */
export async function openMysqlSource(
  address: MysqlAddress,
  driver: MysqlDriver = mysqlDriver(STATEMENT_MS),
  identity?: StoreIdentity,
): Promise<DataSource> {
  const source = mysqlSource(address, driver);
  try {
    await source.initialize();
    await migrate(source, address, identity);
    await checkTables(source, nameOf(address));
    const [row] = await source.query<[{ uuid: string }?]>('SELECT uuid FROM store_info');
    if (!row) throw new Error('its table store_info is empty');
    checkIdentity(`the database ${nameOf(address)}`, row.uuid, identity);
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    if (error instanceof WentuError) throw error;
    const message = error instanceof Error ? error.message || error.name : String(error);
    throw new UnavailableError(
      `the database ${nameOf(address)} cannot be opened: ${message}; check that the server runs, and that user and database exist`,
      { cause: error, publicMessage: PUBLIC_MESSAGE },
    );
  }
}

/** The data source, which neither connects nor migrates yet. */
export function mysqlSource(address: MysqlAddress, driver: MysqlDriver): DataSource {
  const { host, port, user, password, database } = address;
  return new DataSource({
    type: 'mysql',
    driver,
    host,
    port,
    username: user,
    password,
    database,
    ...(address.ssl ? { ssl: tls(address) } : {}),
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
    charset: 'UTF8MB4_BIN',
    bigNumberStrings: false,
    poolSize: POOL,
    connectTimeout: CONNECT_MS,
    extra: { enableKeepAlive: true, maxPreparedStatements: PREPARED, queueLimit: MAX_WAITING },
  });
}

/** Migrates the database. Processes that start at the same time wait for the process that migrates. */
async function migrate(source: DataSource, address: MysqlAddress, identity: StoreIdentity | undefined): Promise<void> {
  const { database } = address;
  const runner = source.createQueryRunner();
  // Names of locks are shared by the whole server, and have at most 64 characters.
  const lock = `wentu migrates ${database}`.slice(0, 64);
  try {
    const [row] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [lock, MIGRATION_WAIT_S])) as [{ got: unknown }];
    if (Number(row.got) !== 1) throw new Error(`another process has been migrating for ${MIGRATION_WAIT_S} s`);
    if (!(await hasTable(runner, 'store_info'))) refuseEmpty(`the database ${nameOf(address)} is empty`, identity);
    await source.runMigrations();
    await runner.query('SELECT RELEASE_LOCK(?)', [lock]);
  } finally {
    await runner.release();
  }
}

/** Finds tables that are missing or that the server cannot read. @throws DamagedStoreError */
export async function checkTables(source: DataSource, name: string): Promise<void> {
  for (const { tableName } of source.entityMetadatas) {
    try {
      await source.query(`SELECT 1 FROM ${tableName} LIMIT 1`);
    } catch (error) {
      const { errno, message } = (error as { driverError?: { errno?: number; message?: string } }).driverError ?? {};
      if (errno === undefined || !DAMAGED.has(errno)) throw error;
      throw damaged(`the database ${name} is damaged: its table ${tableName} cannot be read (${message})`, 'server');
    }
  }
}

async function hasTable(runner: QueryRunner, table: string): Promise<boolean> {
  const sql = 'SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?';
  return ((await runner.query(sql, [table])) as unknown[]).length > 0;
}

export function tls({ sslCa }: MysqlAddress): { rejectUnauthorized: boolean; ca?: string } {
  return { rejectUnauthorized: true, ...(sslCa === null ? {} : { ca: readFileSync(sslCa, 'utf8') }) };
}

function nameOf({ host, port, database }: MysqlAddress): string {
  return `${database} on ${host}:${port}`;
}
