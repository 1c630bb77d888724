import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSizes } from '../collection-sizes';

export class CollectionSize1732500000002 implements MigrationInterface {
  name = 'CollectionSize1732500000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0');
    await fillSizes(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection DROP COLUMN size_bytes');
  }
}
