import type { QueryRunner } from 'typeorm';

/** Rows of one statement: few enough for a server's deadline, however many there are. */
const SLICE = 20_000;

/** Sums up what the pictures of each collection have. */
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
