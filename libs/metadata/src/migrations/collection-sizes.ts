import type { QueryRunner } from 'typeorm';

/** Rows per statement, so that each statement stays below the time limit of a server. */
const SLICE = 20_000;

/** Computes the number and the total size of the pictures of each collection. */
export async function fillSizes(runner: QueryRunner): Promise<void> {
  for (const { id } of (await runner.query('SELECT id FROM collection')) as { id: number }[]) {
    let [size, after] = [0, 0];
    for (;;) {
      const [slice] = (await runner.query(
        `SELECT COUNT(*) AS number, SUM(size_bytes) AS size, MAX(id) AS last FROM
          (SELECT id, size_bytes FROM image WHERE collection_id = ? AND state = 'READY' AND id > ? ORDER BY id LIMIT ${SLICE}) AS slice`,
        [id, after],
      )) as [Record<'number' | 'size' | 'last', number | string | null>];
      if (Number(slice.number) === 0) break;
      size += Number(slice.size);
      after = Number(slice.last);
    }
    await runner.query('UPDATE collection SET size_bytes = ? WHERE id = ?', [size, id]);
  }
}
