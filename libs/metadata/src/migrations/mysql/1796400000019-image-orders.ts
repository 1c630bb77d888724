import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ImageOrders1796400000019 implements MigrationInterface {
  name = 'ImageOrders1796400000019';

  /**
   * One statement makes all changes, or none. An interrupted migration runs again. An imageId has at most 512
   * characters, and MySQL orders by a whole column only with an index, which a `text` cannot have.
   */
  async up(runner: QueryRunner): Promise<void> {
    if (await hasIndex(runner, 'image_name')) return;
    await runner.query(
      `ALTER TABLE image MODIFY COLUMN image_id varchar(512) NOT NULL,
        ADD KEY image_taken (collection_id, state, taken_at, id),
        ADD KEY image_size (collection_id, state, size_bytes, id),
        ADD KEY image_name (collection_id, state, image_id, id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE image DROP KEY image_taken, DROP KEY image_size, DROP KEY image_name,
        MODIFY COLUMN image_id text NOT NULL`,
    );
  }
}

async function hasIndex(runner: QueryRunner, index: string): Promise<boolean> {
  const rows = (await runner.query(
    "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'image' AND index_name = ?",
    [index],
  )) as unknown[];
  return rows.length > 0;
}
