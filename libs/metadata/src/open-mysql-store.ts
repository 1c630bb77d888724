import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { UnavailableError, type MetadataStore } from '@wentu/domain';
import { DataSource } from 'typeorm';
import { Database } from './database';
import { ENTITIES } from './entities';
import { Initial1700000000001 } from './migrations/mysql/1700000000001-initial';
import { CollectionSize1732500000002 } from './migrations/mysql/1732500000002-collection-size';
import { PictureIdentity1764000000003 } from './migrations/mysql/1764000000003-picture-identity';
import { mysqlDriver } from './mysql-driver';
import { parseMysqlUrl, type MysqlAddress } from './mysql-url';
import { TypeOrmMetadataStore } from './typeorm-metadata-store';

const POOL = 8;
/** Calls that wait for a connection. */
const MAX_WAITING = 1_000;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 60_000;
const MIGRATION_WAIT_S = 60;
/** Statements of different lengths are prepared once a connection; the server counts all of them. */
const PREPARED = 100;

/**
 * The store in a MySQL or MariaDB database. It connects, and migrates, with the first call, and again when the server has been
 * away: until then calls are UnavailableErrors. Any number of processes may have it open.
 * @param url mysql://USER:PASSWORD@HOST:PORT/DATABASE
 * @param statementMs longest time of one statement. Default 60 s
 * @param deadlineMs longest time of one call, its wait for a connection included. Default: none
 * @throws InvalidInputError
 */
export function openMysqlStore({
  url,
  statementMs = STATEMENT_MS,
  deadlineMs,
}: {
  url: string;
  statementMs?: number;
  deadlineMs?: number;
}): MetadataStore {
  const address = parseMysqlUrl(url);
  return new TypeOrmMetadataStore(
    new Database(async () => await openMysqlSource(address, statementMs), false, nameOf(address), deadlineMs),
  );
}

/** The data source alone, migrated; for the check that entities and migrations agree. */
export async function openMysqlSource(address: MysqlAddress, statementMs = STATEMENT_MS): Promise<DataSource> {
  const { host, port, user, password, database } = address;
  const source = new DataSource({
    type: 'mysql',
    driver: mysqlDriver(statementMs),
    host,
    port,
    username: user,
    password,
    database,
    ...(address.ssl ? { ssl: tls(address) } : {}),
    entities: ENTITIES,
    migrations: [Initial1700000000001, CollectionSize1732500000002, PictureIdentity1764000000003],
    synchronize: false,
    charset: 'UTF8MB4_BIN',
    bigNumberStrings: false,
    poolSize: POOL,
    connectTimeout: CONNECT_MS,
    extra: { enableKeepAlive: true, maxPreparedStatements: PREPARED, queueLimit: MAX_WAITING },
  });
  try {
    await source.initialize();
    await migrate(source, database);
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    const message = error instanceof Error ? error.message || error.name : String(error);
    throw new UnavailableError(
      `the database ${nameOf(address)} cannot be opened: ${message}; see that the server runs, and that user and database exist`,
      { cause: error },
    );
  }
}

/** Processes that start together wait for the one that migrates. */
async function migrate(source: DataSource, database: string): Promise<void> {
  const runner = source.createQueryRunner();
  // Such names are the server's, and have at most 64 characters.
  const lock = `wentu migrates ${database}`.slice(0, 64);
  try {
    const [row] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [lock, MIGRATION_WAIT_S])) as [{ got: unknown }];
    if (Number(row.got) !== 1) throw new Error(`another process has been migrating for ${MIGRATION_WAIT_S} s`);
    await source.runMigrations();
    await runner.query('SELECT RELEASE_LOCK(?)', [lock]);
  } finally {
    await runner.release();
  }
}

export function tls({ sslCa }: MysqlAddress): { rejectUnauthorized: boolean; ca?: string } {
  return { rejectUnauthorized: true, ...(sslCa === null ? {} : { ca: readFileSync(sslCa, 'utf8') }) };
}

function nameOf({ host, port, database }: MysqlAddress): string {
  return `${database} on ${host}:${port}`;
}
