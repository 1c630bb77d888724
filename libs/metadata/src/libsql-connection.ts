import libsql from 'libsql';

/** As much of a prepared statement as TypeORM uses. */
export interface DriverStatement {
  readonly reader: boolean;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): unknown;
}

/** libsql as the driver of TypeORM's better-sqlite3 data source, with two of its dangers taken out. */
export class LibsqlConnection extends libsql {
  /**
   * A transaction that reads first and writes later finds, when another connection wrote in between,
   * SQLITE_BUSY_SNAPSHOT; no timeout helps, and libsql 0.5 never lets that connection write again. One that is to write
   * says so when it begins. And a lone blob or null among a statement's parameters aborts the process unless it comes
   * inside a list.
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
