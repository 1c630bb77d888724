import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillJobCollections } from '../job-collections';

/** TypeORM runs the migration in one transaction. */
export class LoadsAndOriginals1795900000005 implements MigrationInterface {
  name = 'LoadsAndOriginals1795900000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE load_job ADD COLUMN collection_id bigint');
    await runner.query('CREATE INDEX load_job_target ON load_job (collection_id, id)');
    await fillJobCollections(runner);
    await runner.query(
      'CREATE TABLE loose_original (image_row_id integer PRIMARY KEY NOT NULL, collection_id bigint NOT NULL)',
    );
    await runner.query('CREATE INDEX loose_original_collection ON loose_original (collection_id, image_row_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE loose_original');
    await runner.query('DROP INDEX load_job_target');
    await runner.query('ALTER TABLE load_job DROP COLUMN collection_id');
  }
}
