import { LibsqlConnection, type DriverStatement } from '../libsql-connection';
import type { FaultPlan } from './fault-plan';

/** A SQLite connection with planned faults. */
export function faultySqlite(plan: FaultPlan): typeof LibsqlConnection {
  return class FaultyConnection extends LibsqlConnection {
    override exec(sql: string): this {
      this.faulty(sql, () => super.exec(sql));
      return this;
    }

    override prepare(sql: string): never {
      const statement = super.prepare(sql) as DriverStatement;
      return {
        reader: statement.reader,
        all: (...parameters: unknown[]) => this.faulty(sql, () => statement.all(...parameters)),
        run: (...parameters: unknown[]) => this.faulty(sql, () => statement.run(...parameters)),
      } as never;
    }

    private faulty<T>(sql: string, execute: () => T): T {
      const fault = plan.next(sql);
      if (fault === null) return execute();
      if (fault === 'after') execute();
      if (fault === 'rolled-back' && this.inTransaction) super.exec('ROLLBACK');
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL', rawCode: 13 });
    }
  };
}
