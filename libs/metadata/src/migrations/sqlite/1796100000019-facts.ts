import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FACTS_COLUMNS } from '../facts-columns';

/** TypeORM runs the migration in one transaction. */
export class Facts1796100000019 implements MigrationInterface {
  name = 'Facts1796100000019';

  async up(runner: QueryRunner): Promise<void> {
    for (const [column, type] of FACTS_COLUMNS) await runner.query(`ALTER TABLE image ADD COLUMN ${column} ${type}`);
    await runner.query('CREATE INDEX image_facts ON image (collection_id, facts_version, state, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX image_facts');
    for (const [column] of FACTS_COLUMNS) await runner.query(`ALTER TABLE image DROP COLUMN ${column}`);
  }
}
