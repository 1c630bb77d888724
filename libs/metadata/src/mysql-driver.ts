import mysql2, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';

type Callback = (error: (Error & { code?: string }) | null, ...rest: unknown[]) => void;
type Statement = (...parameters: unknown[]) => unknown;

export interface MysqlDriver {
  createPool(options: PoolOptions): Pool;
}

/**
 * mysql2 for TypeORM, with a time limit for every statement. A connection that exceeds it is closed: its reply may
 * still arrive, or the connection may be broken, and the next user of the connection would wait for that.
 */
export function mysqlDriver(statementMs: number): MysqlDriver {
  return {
    ...mysql2,
    createPool(options: PoolOptions): Pool {
      const pool = mysql2.createPool(options);
      pool.on('connection', (connection) => {
        addDeadline(connection, 'query', statementMs);
        addDeadline(connection, 'execute', statementMs);
      });
      return pool;
    },
  };
}

function addDeadline(connection: PoolConnection, method: 'query' | 'execute', timeout: number): void {
  const plain = connection[method].bind(connection) as Statement;
  const timed: Statement = (statement, ...rest) => {
    const options = typeof statement === 'string' ? { sql: statement } : (statement as object);
    const done = rest.at(-1);
    if (typeof done !== 'function') return plain({ timeout, ...options }, ...rest);
    const callback: Callback = (error, ...results) => {
      if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy();
      (done as Callback)(error, ...results);
    };
    return plain({ timeout, ...options }, ...rest.slice(0, -1), callback);
  };
  Object.assign(connection, { [method]: timed });
}
