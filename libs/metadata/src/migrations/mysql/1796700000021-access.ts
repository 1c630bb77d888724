import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ACCESS_TABLES } from '../access-tables';

const KEYS: Readonly<Record<keyof typeof ACCESS_TABLES, string>> = {
  access_key: ', UNIQUE KEY access_key_name (live_name_key)',
  sign_in: ', KEY sign_in_key (key_id, expires_at), KEY sign_in_expires (expires_at)',
  audit_entry: '',
};

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the tables that exist. */
export class Access1796700000021 implements MigrationInterface {
  name = 'Access1796700000021';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(ACCESS_TABLES))
      await runner.query(
        `CREATE TABLE IF NOT EXISTS ${table} (${columns}${KEYS[table as keyof typeof ACCESS_TABLES]})
        ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC`,
      );
    await runner.query("INSERT IGNORE INTO id_counter (name, next_id) VALUES ('audit', 1)");
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(ACCESS_TABLES)) await runner.query(`DROP TABLE ${table}`);
    await runner.query("DELETE FROM id_counter WHERE name = 'audit'");
  }
}
