import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ACCESS_TABLES } from '../access-tables';

/** TypeORM runs the migration in one transaction. */
export class Access1796700000021 implements MigrationInterface {
  name = 'Access1796700000021';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(ACCESS_TABLES))
      await runner.query(`CREATE TABLE ${table} (${columns})`);
    await runner.query("INSERT INTO id_counter (name, next_id) VALUES ('audit', 1)");
    await runner.query('CREATE UNIQUE INDEX access_key_name ON access_key (live_name_key)');
    await runner.query('CREATE INDEX sign_in_key ON sign_in (key_id, expires_at)');
    await runner.query('CREATE INDEX sign_in_expires ON sign_in (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(ACCESS_TABLES)) await runner.query(`DROP TABLE ${table}`);
    await runner.query("DELETE FROM id_counter WHERE name = 'audit'");
  }
}
