import type { QueryRunner } from 'typeorm';

/** Table, column and type of the added columns, in SQL for both databases. */
export const REENCODING_COLUMNS = [
  ['load_job', 'kind', "varchar(8) NOT NULL DEFAULT 'LOAD'"],
  ['load_job', 'holds_collection', 'int NOT NULL DEFAULT 1'],
  ['collection_space', 'image_count', 'bigint NOT NULL DEFAULT 0'],
] as const;

/**
 * Every READY row had an embedding in the active space, and no earlier version filled other spaces. The call may be
 * repeated.
 */
export async function fillSpaceCounts(runner: QueryRunner): Promise<void> {
  await runner.query(
    `UPDATE collection_space SET image_count = COALESCE((
      SELECT c.image_count FROM collection c
      WHERE c.id = collection_space.collection_id AND c.active_space_id = collection_space.space_id), 0)`,
  );
}
