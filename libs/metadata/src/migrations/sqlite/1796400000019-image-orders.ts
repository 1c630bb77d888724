import type { MigrationInterface, QueryRunner } from 'typeorm';

/** TypeORM runs the migration in one transaction. */
export class ImageOrders1796400000019 implements MigrationInterface {
  name = 'ImageOrders1796400000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX image_taken ON image (collection_id, state, taken_at, id)');
    await runner.query('CREATE INDEX image_size ON image (collection_id, state, size_bytes, id)');
    await runner.query('CREATE INDEX image_name ON image (collection_id, state, image_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['image_taken', 'image_size', 'image_name']) await runner.query(`DROP INDEX ${index}`);
  }
}
