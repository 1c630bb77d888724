import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WATCH_COLUMNS } from '../watch-columns';

/** TypeORM runs the migration in one transaction. */
export class WatchedFolders1796500000019 implements MigrationInterface {
  name = 'WatchedFolders1796500000019';

  async up(runner: QueryRunner): Promise<void> {
    for (const [column, type] of WATCH_COLUMNS) await runner.query(`ALTER TABLE source ADD COLUMN ${column} ${type}`);
    await runner.query('CREATE INDEX image_content ON image (collection_id, content_hash)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX image_content');
    for (const [column] of WATCH_COLUMNS) await runner.query(`ALTER TABLE source DROP COLUMN ${column}`);
  }
}
