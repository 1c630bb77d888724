import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WORD_TABLES } from '../word-tables';
import { hasColumn } from './has-column';

const OPTIONS = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC';

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
export class Words1796600000020 implements MigrationInterface {
  name = 'Words1796600000020';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'image', 'words_version')))
      await runner.query(
        `ALTER TABLE image ADD COLUMN words_version bigint NOT NULL DEFAULT 0,
          ADD KEY image_words_version (collection_id, words_version, state, id)`,
      );
    for (const [table, columns] of Object.entries(WORD_TABLES))
      await runner.query(`CREATE TABLE IF NOT EXISTS ${table} (${columns('longblob')}) ${OPTIONS}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(WORD_TABLES)) await runner.query(`DROP TABLE ${table}`);
    await runner.query('ALTER TABLE image DROP KEY image_words_version, DROP COLUMN words_version');
  }
}
