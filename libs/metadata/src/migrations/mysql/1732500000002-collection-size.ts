import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSizes } from '../collection-sizes';
import { hasColumn } from './has-column';

export class CollectionSize1732500000002 implements MigrationInterface {
  name = 'CollectionSize1732500000002';

  /** MySQL commits with each change of a table: one that was interrupted is gone through again. */
  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'collection', 'size_bytes')))
      await runner.query('ALTER TABLE collection ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0');
    await fillSizes(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection DROP COLUMN size_bytes');
  }
}
