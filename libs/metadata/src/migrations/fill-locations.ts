import type { QueryRunner } from 'typeorm';
import { textKey } from '../keys';

/** Rows per statement, so that each statement stays below the time limit of a server. */
const SLICE = 500;

/**
 * The location of a picture by reference is its path. Older versions did not store the location of a copied picture.
 */
export async function fillLocations(runner: QueryRunner): Promise<void> {
  for (let after = 0; ;) {
    const rows = (await runner.query(
      `SELECT id, path FROM image WHERE path IS NOT NULL AND location_key IS NULL AND id > ? ORDER BY id LIMIT ${SLICE}`,
      [after],
    )) as { id: number | string; path: string }[];
    if (rows.length === 0) return;
    const cases = rows.map(() => 'WHEN ? THEN ?').join(' ');
    const ids = rows.map(({ id }) => id);
    await runner.query(
      `UPDATE image SET location_key = CASE id ${cases} END WHERE id IN (${ids.map(() => '?').join(', ')})`,
      [...rows.flatMap(({ id, path }) => [id, textKey(path)]), ...ids],
    );
    after = Number(ids.at(-1));
  }
}
