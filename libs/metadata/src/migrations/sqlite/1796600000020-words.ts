import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WORD_TABLES } from '../word-tables';

/** TypeORM runs the migration in one transaction. */
export class Words1796600000020 implements MigrationInterface {
  name = 'Words1796600000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE image ADD COLUMN words_version bigint NOT NULL DEFAULT 0');
    await runner.query('CREATE INDEX image_words_version ON image (collection_id, words_version, state, id)');
    await runner.query(`CREATE TABLE image_words (${WORD_TABLES.image_words('blob')})`);
    // The key is the table: an index beside it would double its size.
    await runner.query(`CREATE TABLE word_posting (${WORD_TABLES.word_posting('blob')}) WITHOUT ROWID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(WORD_TABLES)) await runner.query(`DROP TABLE ${table}`);
    await runner.query('DROP INDEX image_words_version');
    await runner.query('ALTER TABLE image DROP COLUMN words_version');
  }
}
