import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillJobCollections } from '../job-collections';
import { hasColumn } from './has-column';

/** MySQL commits with each change of a table: a migration that was interrupted runs again, past what it has done. */
export class LoadCollections1795900000005 implements MigrationInterface {
  name = 'LoadCollections1795900000005';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'load_job', 'collection_id')))
      await runner.query(
        'ALTER TABLE load_job ADD COLUMN collection_id bigint, ADD KEY load_job_target (collection_id, id)',
      );
    await fillJobCollections(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE load_job DROP KEY load_job_target, DROP COLUMN collection_id');
  }
}
