import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['stale_point', 'attribute_name', 'image_attribute'];
const COLUMNS = [
  ['collection', 'attributes_version bigint NOT NULL DEFAULT 0'],
  ['collection', 'attributes_indexed bigint NOT NULL DEFAULT 0'],
  ['image', 'own text'],
  ['image', 'given_key varchar(64)'],
] as const;

/** TypeORM runs the migration in one transaction. */
export class OwnAttributes1796300000019 implements MigrationInterface {
  name = 'OwnAttributes1796300000019';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of COLUMNS) await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    for (const statement of [
      `CREATE TABLE image_attribute (image_row_id bigint NOT NULL, position int NOT NULL, collection_id bigint NOT NULL,
        name varchar(80) NOT NULL, text varchar(512), number double, PRIMARY KEY (image_row_id, position))`,
      'CREATE INDEX image_attribute_text ON image_attribute (collection_id, name, text, image_row_id)',
      'CREATE INDEX image_attribute_number ON image_attribute (collection_id, name, number, image_row_id)',
      `CREATE TABLE attribute_name (collection_id bigint NOT NULL, name varchar(80) NOT NULL,
        PRIMARY KEY (collection_id, name))`,
      `CREATE TABLE stale_point (id integer PRIMARY KEY NOT NULL, collection_id bigint NOT NULL,
        image_row_id bigint NOT NULL)`,
      'CREATE INDEX stale_point_collection ON stale_point (collection_id, id)',
      'CREATE INDEX stale_point_row ON stale_point (image_row_id)',
    ])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
    for (const [table, column] of COLUMNS)
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column.split(' ')[0]}`);
  }
}
