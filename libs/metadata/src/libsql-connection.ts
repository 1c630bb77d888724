import libsql from 'libsql';

/** The part of a prepared statement that TypeORM uses. */
export interface DriverStatement {
  readonly reader: boolean;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): unknown;
}

/** libsql as the driver of the better-sqlite3 data source of TypeORM, with workarounds for two errors. */
export class LibsqlConnection extends libsql {
  /**
   * A transaction that reads first and writes later gets SQLITE_BUSY_SNAPSHOT if another connection wrote in between.
   * No timeout helps, and libsql 0.5 never lets that connection write again. So every transaction begins as a writer. A
   * single blob or null as the only parameter of a statement aborts the process unless it is passed in a list.
   */
  override prepare(sql: string): never {
    const statement = super.prepare(sql === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : sql);
    const guarded: DriverStatement = {
      reader: statement.reader,
      all: (...parameters) => statement.all(parameters),
      run: (...parameters) => statement.run(parameters),
    };
    return guarded as never;
  }
}
