import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSizes } from '../collection-sizes';

export class CollectionSize1732500000002 implements MigrationInterface {
  name = 'CollectionSize1732500000002';

  /** MySQL commits with each change of a table: one that was interrupted is gone through again. */
  async up(runner: QueryRunner): Promise<void> {
    const there = (await runner.query(
      `SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'collection' AND column_name = 'size_bytes'`,
    )) as unknown[];
    if (there.length === 0)
      await runner.query('ALTER TABLE collection ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0');
    await fillSizes(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection DROP COLUMN size_bytes');
  }
}
