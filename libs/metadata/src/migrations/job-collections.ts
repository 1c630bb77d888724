import type { QueryRunner } from 'typeorm';

/**
 * Sets the collection id of loads. A load that ended before the collection was created belongs to an earlier collection
 * of the same name. The call may be repeated.
 */
export async function fillJobCollections(runner: QueryRunner): Promise<void> {
  await runner.query(
    `UPDATE load_job SET collection_id = (
      SELECT c.id FROM collection c WHERE c.live_name_key = load_job.collection_key
        AND (load_job.finished_at IS NULL OR load_job.finished_at >= c.created_at))
    WHERE collection_id IS NULL`,
  );
}
