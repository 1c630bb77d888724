import type { MigrationInterface, QueryRunner } from 'typeorm';

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
    await runner.query(
      `UPDATE collection SET size_bytes = COALESCE((SELECT SUM(image.size_bytes) FROM image
        WHERE image.collection_id = collection.id AND image.state = 'READY'), 0)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE collection DROP COLUMN size_bytes');
  }
}
