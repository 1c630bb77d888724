import type { PoolConnection } from 'mysql2';
import { mysqlDriver, type MysqlDriver } from '../mysql-driver';
import type { FaultPlan } from './fault-plan';

type Callback = (error: Error | null, ...rest: unknown[]) => void;
type Statement = (statement: string | { sql: string }, ...rest: unknown[]) => unknown;

/**
 * mysql2 with planned faults. `before` and `after` break the connection; `no-rollback` and `stuck` are errors on an
 * open connection.
 */
export function faultyMysql(plan: FaultPlan): MysqlDriver {
  const driver = mysqlDriver(10_000);
  return {
    ...driver,
    createPool(options) {
      const pool = driver.createPool(options);
      pool.on('connection', (connection) => {
        addFaults(connection, 'query', plan);
        addFaults(connection, 'execute', plan);
      });
      return pool;
    },
  };
}

function addFaults(connection: PoolConnection, method: 'query' | 'execute', plan: FaultPlan): void {
  const plain = connection[method].bind(connection) as Statement;
  const faulty: Statement = (statement, ...rest) => {
    const fault = plan.next(typeof statement === 'string' ? statement : statement.sql);
    const done = rest.at(-1) as Callback;
    if (fault === null) return plain(statement, ...rest);
    if (fault === 'no-rollback' || fault === 'stuck') {
      process.nextTick(() => done(refused()));
      return undefined;
    }
    const lose = (): void => {
      connection.destroy();
      done(lost());
    };
    if (fault === 'before') process.nextTick(lose);
    else plain(statement, ...rest.slice(0, -1), lose);
    return undefined;
  };
  Object.assign(connection, { [method]: faulty });
}

function lost(): Error {
  return Object.assign(new Error('Connection lost: The server closed the connection.'), {
    code: 'PROTOCOL_CONNECTION_LOST',
    fatal: true,
  });
}

function refused(): Error {
  return Object.assign(new Error('Query execution was interrupted'), { code: 'ER_QUERY_INTERRUPTED', errno: 1317 });
}
