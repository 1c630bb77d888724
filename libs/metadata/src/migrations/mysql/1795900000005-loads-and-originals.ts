import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillJobCollections } from '../job-collections';
import { hasColumn } from './has-column';

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
export class LoadsAndOriginals1795900000005 implements MigrationInterface {
  name = 'LoadsAndOriginals1795900000005';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'load_job', 'collection_id')))
      await runner.query(
        'ALTER TABLE load_job ADD COLUMN collection_id bigint, ADD KEY load_job_target (collection_id, id)',
      );
    await fillJobCollections(runner);
    await runner.query(
      `CREATE TABLE IF NOT EXISTS loose_original (
        image_row_id bigint PRIMARY KEY NOT NULL, collection_id bigint NOT NULL,
        KEY loose_original_collection (collection_id, image_row_id)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE loose_original');
    await runner.query('ALTER TABLE load_job DROP KEY load_job_target, DROP COLUMN collection_id');
  }
}
