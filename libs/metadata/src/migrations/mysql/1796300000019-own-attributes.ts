import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn } from './has-column';

const COLUMNS = [
  ['collection', 'attributes_version', 'bigint NOT NULL DEFAULT 0'],
  ['collection', 'attributes_indexed', 'bigint NOT NULL DEFAULT 0'],
  ['image', 'own', 'text'],
  ['image', 'given_key', 'varchar(64)'],
] as const;
const TABLES = {
  image_attribute: `image_row_id bigint NOT NULL, position int NOT NULL, collection_id bigint NOT NULL,
    name varchar(80) NOT NULL, text varchar(512), number double, PRIMARY KEY (image_row_id, position),
    KEY image_attribute_text (collection_id, name, text, image_row_id),
    KEY image_attribute_number (collection_id, name, number, image_row_id)`,
  attribute_name: 'collection_id bigint NOT NULL, name varchar(80) NOT NULL, PRIMARY KEY (collection_id, name)',
  stale_point: `id bigint PRIMARY KEY NOT NULL, collection_id bigint NOT NULL, image_row_id bigint NOT NULL,
    KEY stale_point_collection (collection_id, id), KEY stale_point_row (image_row_id)`,
};
const OPTIONS = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC';

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
export class OwnAttributes1796300000019 implements MigrationInterface {
  name = 'OwnAttributes1796300000019';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of COLUMNS)
      if (!(await hasColumn(runner, table, column)))
        await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    for (const [table, columns] of Object.entries(TABLES))
      await runner.query(`CREATE TABLE IF NOT EXISTS ${table} (${columns}) ${OPTIONS}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES)) await runner.query(`DROP TABLE ${table}`);
    for (const [table, column] of COLUMNS) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
