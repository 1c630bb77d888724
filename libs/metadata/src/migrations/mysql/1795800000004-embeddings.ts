import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSpaces } from '../embedding-spaces';
import { hasColumn } from './has-column';

const TABLE = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC';
const SPACE_COLUMNS = 'model varchar(256) NOT NULL, space varchar(256) NOT NULL, dimension int NOT NULL';
/** Rows per statement, so that each statement stays below its time limit. */
const SLICE = 500;

/**
 * MySQL commits after each DDL statement. An interrupted migration runs again and skips the steps that are done. The
 * old columns are dropped last, after all their values were copied.
 */
export class Embeddings1795800000004 implements MigrationInterface {
  name = 'Embeddings1795800000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE IF NOT EXISTS embedding_space (
        id bigint PRIMARY KEY NOT NULL, ${SPACE_COLUMNS}, space_key varchar(64) NOT NULL,
        UNIQUE KEY embedding_space_key (space_key)) ${TABLE}`,
    );
    await runner.query(
      `CREATE TABLE IF NOT EXISTS collection_space (
        collection_id bigint NOT NULL, space_id bigint NOT NULL, PRIMARY KEY (collection_id, space_id)) ${TABLE}`,
    );
    await runner.query(
      `CREATE TABLE IF NOT EXISTS embedding (
        image_row_id bigint NOT NULL,
        space_id bigint NOT NULL,
        fingerprint varchar(64) NOT NULL,
        vector longblob NOT NULL,
        PRIMARY KEY (image_row_id, space_id)) ${TABLE}`,
    );
    if (!(await hasColumn(runner, 'collection', 'active_space_id')))
      await runner.query('ALTER TABLE collection ADD COLUMN active_space_id bigint');
    if (await hasColumn(runner, 'collection', 'model')) {
      await fillSpaces(runner, () => nextId(runner));
      if (await hasColumn(runner, 'image', 'embedding')) {
        await copyEmbeddings(runner);
        await runner.query('ALTER TABLE image DROP COLUMN embedding, DROP COLUMN fingerprint');
      }
      await runner.query(
        'ALTER TABLE collection DROP COLUMN model, DROP COLUMN space, DROP COLUMN dimension, MODIFY active_space_id bigint NOT NULL',
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE image ADD COLUMN fingerprint varchar(64), ADD COLUMN embedding longblob');
    await runner.query(
      'UPDATE image i JOIN collection c ON c.id = i.collection_id ' +
        'JOIN embedding e ON e.image_row_id = i.id AND e.space_id = c.active_space_id ' +
        'SET i.fingerprint = e.fingerprint, i.embedding = e.vector',
    );
    await runner.query(
      'ALTER TABLE collection ADD COLUMN model varchar(256), ADD COLUMN space varchar(256), ADD COLUMN dimension int',
    );
    await runner.query(
      'UPDATE collection c JOIN embedding_space s ON s.id = c.active_space_id ' +
        'SET c.model = s.model, c.space = s.space, c.dimension = s.dimension',
    );
    await runner.query('ALTER TABLE collection DROP COLUMN active_space_id');
    await runner.query('DROP TABLE embedding, collection_space, embedding_space');
  }
}

async function copyEmbeddings(runner: QueryRunner): Promise<void> {
  for (let after = 0; ;) {
    const missing = (await runner.query(
      `SELECT i.id FROM image i LEFT JOIN embedding e ON e.image_row_id = i.id
        WHERE i.id > ? AND e.image_row_id IS NULL ORDER BY i.id LIMIT ${SLICE}`,
      [after],
    )) as { id: number | string }[];
    if (missing.length === 0) return;
    const ids = missing.map(({ id }) => Number(id));
    after = ids.at(-1) as number;
    await runner.query(
      `INSERT IGNORE INTO embedding (image_row_id, space_id, fingerprint, vector)
        SELECT i.id, c.active_space_id, i.fingerprint, i.embedding FROM image i JOIN collection c ON c.id = i.collection_id
        WHERE i.id BETWEEN ? AND ?`,
      [ids[0], after],
    );
  }
}

/** Works without a transaction: the server keeps LAST_INSERT_ID for this connection. */
async function nextId(runner: QueryRunner): Promise<number> {
  await runner.query("UPDATE id_counter SET next_id = LAST_INSERT_ID(next_id) + 1 WHERE name = 'other'");
  const [row] = (await runner.query('SELECT LAST_INSERT_ID() AS id')) as [{ id: number | string }];
  return Number(row.id);
}
