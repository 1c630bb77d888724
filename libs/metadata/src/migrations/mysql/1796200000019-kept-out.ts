import type { MigrationInterface, QueryRunner } from 'typeorm';
import { hasColumn } from './has-column';

/** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
export class KeptOut1796200000019 implements MigrationInterface {
  name = 'KeptOut1796200000019';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'load_job', 'kept_out')))
      await runner.query('ALTER TABLE load_job ADD COLUMN kept_out bigint NOT NULL DEFAULT 0');
    await runner.query(
      `CREATE TABLE IF NOT EXISTS kept_out (
        id bigint PRIMARY KEY NOT NULL, collection_id bigint NOT NULL, image_id text NOT NULL,
        image_key varchar(64) NOT NULL, content_hash varchar(64) NOT NULL, location_key varchar(64), path text,
        kept_out_at bigint NOT NULL,
        KEY kept_out_collection (collection_id, id), KEY kept_out_location (collection_id, location_key),
        KEY kept_out_content (collection_id, content_hash), KEY kept_out_image (collection_id, image_key)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE kept_out');
    await runner.query('ALTER TABLE load_job DROP COLUMN kept_out');
  }
}
