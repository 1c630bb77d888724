import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Milestone1764200000003 implements MigrationInterface {
  name = 'Milestone1764200000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE milestone (name varchar(32) PRIMARY KEY NOT NULL, reached_at bigint NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE milestone');
  }
}
