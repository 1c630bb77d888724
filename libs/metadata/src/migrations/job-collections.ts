import type { QueryRunner } from 'typeorm';

/**
 * Gives loads the id of their collection. Loads that ended before the collection was made belong to an earlier one of
 * its name. May be repeated.
 */
export async function fillJobCollections(runner: QueryRunner): Promise<void> {
  await runner.query(
    `UPDATE load_job SET collection_id = (
      SELECT c.id FROM collection c WHERE c.live_name_key = load_job.collection_key
        AND (load_job.finished_at IS NULL OR load_job.finished_at >= c.created_at))
    WHERE collection_id IS NULL`,
  );
}
