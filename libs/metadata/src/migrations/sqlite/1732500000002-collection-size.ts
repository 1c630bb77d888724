import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CollectionSize1732500000002 implements MigrationInterface {
  name = 'CollectionSize1732500000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection ADD COLUMN size_bytes bigint NOT NULL DEFAULT 0');
    await runner.query(
      `UPDATE collection SET size_bytes = COALESCE((SELECT SUM(size_bytes) FROM image
        WHERE image.collection_id = collection.id AND image.state = 'READY'), 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection DROP COLUMN size_bytes');
  }
}
