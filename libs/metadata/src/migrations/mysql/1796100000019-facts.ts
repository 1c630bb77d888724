import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FACTS_COLUMNS } from '../facts-columns';
import { hasColumn } from './has-column';

export class Facts1796100000019 implements MigrationInterface {
  name = 'Facts1796100000019';

  /** One statement adds all columns and the index, or nothing. An interrupted migration runs again. */
  async up(runner: QueryRunner): Promise<void> {
    if (await hasColumn(runner, 'image', 'facts_version')) return;
    const added = FACTS_COLUMNS.map(([column, type]) => `ADD COLUMN ${column} ${type}`);
    const key = 'ADD KEY image_facts (collection_id, facts_version, state, id)';
    await runner.query(`ALTER TABLE image ${[...added, key].join(', ')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const dropped = FACTS_COLUMNS.map(([column]) => `DROP COLUMN ${column}`);
    await runner.query(`ALTER TABLE image ${['DROP KEY image_facts', ...dropped].join(', ')}`);
  }
}
