import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn } from './has-column';

/** The keys and values of messages of failures, so that a page can write them in its language. */
export class FailureDetails1796900000022 implements MigrationInterface {
  name = 'FailureDetails1796900000022';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'load_failure', 'detail')))
      await runner.query('ALTER TABLE load_failure ADD COLUMN detail text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE load_failure DROP COLUMN detail');
  }
}
