import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Milestone1764200000003 implements MigrationInterface {
  name = 'Milestone1764200000003';

  /** MySQL commits after each DDL statement, so an interrupted migration runs again. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS milestone (name varchar(32) PRIMARY KEY NOT NULL, reached_at bigint NOT NULL)
        ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE milestone');
  }
}
