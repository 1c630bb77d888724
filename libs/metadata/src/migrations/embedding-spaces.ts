import type { QueryRunner } from 'typeorm';
import { spaceKey } from '../keys';

type SpaceRow = Record<'model' | 'space', string> & Record<'dimension', number>;

/**
 * Creates a row of `embedding_space` for the space columns of each collection. Each step is a statement that may be
 * repeated.
 * @param nextId returns an unused id from the counter of the database
 */
export async function fillSpaces(runner: QueryRunner, nextId: () => Promise<number>): Promise<void> {
  const spaces = (await runner.query(
    'SELECT DISTINCT model, space, dimension FROM collection WHERE active_space_id IS NULL',
  )) as SpaceRow[];
  for (const { model, space, dimension } of spaces) {
    const key = spaceKey({ model, space, dimension });
    const find = async (): Promise<number | undefined> => {
      const rows = (await runner.query('SELECT id FROM embedding_space WHERE space_key = ?', [key])) as {
        id: number;
      }[];
      return rows[0] && Number(rows[0].id);
    };
    if ((await find()) === undefined) {
      await runner.query(
        'INSERT INTO embedding_space (id, model, space, dimension, space_key) VALUES (?, ?, ?, ?, ?)',
        [await nextId(), model, space, dimension, key],
      );
    }
    await runner.query(
      'UPDATE collection SET active_space_id = ? WHERE active_space_id IS NULL AND model = ? AND space = ? AND dimension = ?',
      [await find(), model, space, dimension],
    );
  }
  await runner.query(
    'INSERT INTO collection_space (collection_id, space_id) SELECT id, active_space_id FROM collection c ' +
      'WHERE NOT EXISTS (SELECT 1 FROM collection_space s WHERE s.collection_id = c.id AND s.space_id = c.active_space_id)',
  );
}
