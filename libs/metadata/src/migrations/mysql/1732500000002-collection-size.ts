import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSizes } from '../collection-sizes';
import { hasColumn } from './has-column';

export class CollectionSize1732500000002 implements MigrationInterface {
  name = 'CollectionSize1732500000002';

  /** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'collection', 'size_bytes')))
      await runner.query('ALTER TABLE collection ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0');
    await fillSizes(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection DROP COLUMN size_bytes');
  }
}
