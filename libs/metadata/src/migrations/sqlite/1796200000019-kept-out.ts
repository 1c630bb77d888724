import type { MigrationInterface, QueryRunner } from 'typeorm';

/** TypeORM runs the migration in one transaction. */
export class KeptOut1796200000019 implements MigrationInterface {
  name = 'KeptOut1796200000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE load_job ADD COLUMN kept_out bigint NOT NULL DEFAULT 0');
    await runner.query(
      `CREATE TABLE kept_out (id integer PRIMARY KEY NOT NULL, collection_id bigint NOT NULL, image_id text NOT NULL,
        image_key varchar(64) NOT NULL, content_hash varchar(64) NOT NULL, location_key varchar(64), path text,
        kept_out_at bigint NOT NULL)`,
    );
    await runner.query('CREATE INDEX kept_out_collection ON kept_out (collection_id, id)');
    await runner.query('CREATE INDEX kept_out_location ON kept_out (collection_id, location_key)');
    await runner.query('CREATE INDEX kept_out_content ON kept_out (collection_id, content_hash)');
    await runner.query('CREATE INDEX kept_out_image ON kept_out (collection_id, image_key)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE kept_out');
    await runner.query('ALTER TABLE load_job DROP COLUMN kept_out');
  }
}
