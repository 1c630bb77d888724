import { UnavailableError, WentuError } from '@wentu/domain';
import { mysqlDriver } from './mysql-driver';
import { parseMysqlUrl } from './mysql-url';
import { checkTables, mysqlSource } from './open-mysql-store';
import { PUBLIC_MESSAGE } from './store-error';

/** What a look at a database on a MySQL server found. Nothing was changed. */
export interface MysqlReport {
  /** As the server gives it, such as `8.4.3` or `10.11.6-MariaDB`. */
  readonly version: string;
  /** The largest row that the server accepts, in bytes. */
  readonly maxPacketBytes: number;
  /** The clock of the server minus that of this machine, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Null: the database has no store yet. */
  readonly storeId: string | null;
  /** Whether the next start changes the tables. */
  readonly isOlder: boolean;
}

const STATEMENT_MS = 10_000;

/** @throws UnavailableError; DamagedStoreError for a table that is missing or cannot be read */
export async function inspectMysql(url: string): Promise<MysqlReport> {
  const address = parseMysqlUrl(url);
  const name = `${address.database} at ${address.host}:${address.port}`;
  const source = mysqlSource(address, mysqlDriver(STATEMENT_MS));
  try {
    await source.initialize();
    const sentMs = Date.now();
    const [server] = await source.query<[{ version: string; packet: number | string; now: number | string }]>(
      'SELECT VERSION() AS version, @@max_allowed_packet AS packet, ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS now',
    );
    const clockOffsetMs = Number(server.now) - (sentMs + Date.now()) / 2;
    const found = { version: server.version, maxPacketBytes: Number(server.packet), clockOffsetMs };
    const tables = await source.query<unknown[]>(
      "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'store_info'",
    );
    if (tables.length === 0) return { ...found, storeId: null, isOlder: false };
    const isOlder = await source.showMigrations();
    if (!isOlder) await checkTables(source, name);
    const [row] = await source.query<[{ uuid: string }?]>('SELECT uuid FROM store_info');
    return { ...found, storeId: row?.uuid ?? null, isOlder };
  } catch (error) {
    if (error instanceof WentuError) throw error;
    const message = error instanceof Error ? error.message || error.name : String(error);
    throw new UnavailableError(`the database ${name} does not answer: ${message}`, {
      cause: error,
      publicMessage: PUBLIC_MESSAGE,
    });
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}
