import type { QueryRunner } from 'typeorm';

/** Tells whether a column exists, so that a repeated migration does not add it again. */
export async function hasColumn(runner: QueryRunner, table: string, column: string): Promise<boolean> {
  const rows = (await runner.query(
    'SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?',
    [table, column],
  )) as unknown[];
  return rows.length > 0;
}
