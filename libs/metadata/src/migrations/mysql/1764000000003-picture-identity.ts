import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillLocations } from '../fill-locations';
import { PICTURE_IDENTITY_COLUMNS } from '../picture-identity-columns';

export class PictureIdentity1764000000003 implements MigrationInterface {
  name = 'PictureIdentity1764000000003';

  /** MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. */
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of PICTURE_IDENTITY_COLUMNS) {
      const there = (await runner.query(
        'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
        [table, column],
      )) as unknown[];
      if (there.length === 0) await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    }
    await fillLocations(runner);
    const indexed = (await runner.query(
      "SELECT 1 FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = 'image_location'",
    )) as unknown[];
    if (indexed.length === 0) await runner.query('CREATE INDEX image_location ON image (collection_id, location_key)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX image_location ON image');
    for (const [table, column] of PICTURE_IDENTITY_COLUMNS)
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
