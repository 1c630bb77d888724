import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillJobCollections } from '../job-collections';

/** TypeORM runs it in one transaction. */
export class LoadCollections1795900000005 implements MigrationInterface {
  name = 'LoadCollections1795900000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE load_job ADD COLUMN collection_id bigint');
    await runner.query('CREATE INDEX load_job_target ON load_job (collection_id, id)');
    await fillJobCollections(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX load_job_target');
    await runner.query('ALTER TABLE load_job DROP COLUMN collection_id');
  }
}
