import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillLocations } from '../fill-locations';
import { PICTURE_IDENTITY_COLUMNS } from '../picture-identity-columns';

export class PictureIdentity1764000000003 implements MigrationInterface {
  name = 'PictureIdentity1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of PICTURE_IDENTITY_COLUMNS)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
    await fillLocations(runner);
    await runner.query('CREATE INDEX image_location ON image (collection_id, location_key)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX image_location');
    for (const [table, column] of PICTURE_IDENTITY_COLUMNS)
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
