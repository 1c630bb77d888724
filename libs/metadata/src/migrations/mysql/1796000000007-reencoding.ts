import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSpaceCounts, REENCODING_COLUMNS } from '../space-counts';
import { hasColumn } from './has-column';

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
export class Reencoding1796000000007 implements MigrationInterface {
  name = 'Reencoding1796000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of REENCODING_COLUMNS)
      if (!(await hasColumn(runner, table, column)))
        await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    await fillSpaceCounts(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, column] of REENCODING_COLUMNS) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
