import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WATCH_COLUMNS } from '../watch-columns';
import { hasColumn } from './has-column';

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
export class WatchedFolders1796500000019 implements MigrationInterface {
  name = 'WatchedFolders1796500000019';

  async up(runner: QueryRunner): Promise<void> {
    const added = WATCH_COLUMNS.map(([column, type]) => `ADD COLUMN ${column} ${type}`);
    if (!(await hasColumn(runner, 'source', 'watch_options')))
      await runner.query(`ALTER TABLE source ${added.join(', ')}`);
    if (!(await hasKey(runner, 'image', 'image_content')))
      await runner.query('ALTER TABLE image ADD KEY image_content (collection_id, content_hash)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE image DROP KEY image_content');
    await runner.query(`ALTER TABLE source ${WATCH_COLUMNS.map(([column]) => `DROP COLUMN ${column}`).join(', ')}`);
  }
}

async function hasKey(runner: QueryRunner, table: string, key: string): Promise<boolean> {
  const rows = (await runner.query(
    'SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? AND index_name = ?',
    [table, key],
  )) as unknown[];
  return rows.length > 0;
}
