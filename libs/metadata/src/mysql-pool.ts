import type { Pool } from 'mysql2';
import { mysqlDriver } from './mysql-driver';
import { parseMysqlUrl } from './mysql-url';
import { tls } from './open-mysql-store';

const CONNECTIONS = 4;
const MAX_WAITING = 256;
const CONNECT_MS = 2_000;

/**
 * Connections beside those of the store, for a library with statements of its own. It connects with the first call.
 * @param url mysql://USER:PASSWORD@HOST:PORT/DATABASE
 * @param statementMs time limit of one statement
 */
export function openMysqlPool(
  url: string,
  statementMs: number,
): {
  readonly client: Pool;
  readonly database: string;
  query(sql: string): Promise<void>;
  close(): Promise<void>;
} {
  const address = parseMysqlUrl(url);
  const { host, port, user, password, database } = address;
  const client = mysqlDriver(statementMs).createPool({
    ...{ host, port, user, password, database },
    ...(address.ssl ? { ssl: tls(address) } : {}),
    ...{ connectionLimit: CONNECTIONS, queueLimit: MAX_WAITING, connectTimeout: CONNECT_MS },
  });
  return {
    client,
    database,
    // Not pool.query, whose statements have no time limit of the driver.
    query: async (sql) =>
      await new Promise((done, fail) => {
        client.getConnection((refused, connection) => {
          if (refused) {
            fail(refused);
            return;
          }
          connection.query(sql, (error) => {
            connection.release();
            if (error) fail(error);
            else done();
          });
        });
      }),
    close: async () => await new Promise((done) => client.end(() => done())),
  };
}
