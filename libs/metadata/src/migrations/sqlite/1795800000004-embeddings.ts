import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fillSpaces } from '../embedding-spaces';

const COLLECTION = `
  id integer PRIMARY KEY NOT NULL,
  name varchar(256) NOT NULL,
  live_name_key varchar(64),`;
const COLLECTION_TOTALS = `
  image_count bigint NOT NULL,
  created_at bigint NOT NULL,
  size_bytes bigint NOT NULL DEFAULT 0`;
const SPACE_COLUMNS = 'model varchar(256) NOT NULL, space varchar(256) NOT NULL, dimension int NOT NULL';
const COLLECTION_COLUMNS = 'id, name, live_name_key, image_count, created_at, size_bytes';

/** The columns without fingerprint and embedding, which were between `content_hash` and `location_key`. */
const IMAGE_COLUMNS =
  'id, collection_id, image_id, image_key, live_key, state, content_hash, mime_type, width, height, size_bytes, source_id, ' +
  'path, modified_at_ms, location_key, kept_without_file';
const imageTable = (fingerprint: string, embedding: string): string => `
  id integer PRIMARY KEY NOT NULL,
  collection_id bigint NOT NULL,
  image_id text NOT NULL,
  image_key varchar(64) NOT NULL,
  live_key varchar(64),
  state varchar(9) NOT NULL,
  content_hash varchar(64) NOT NULL,${fingerprint}
  mime_type varchar(32) NOT NULL,
  width int NOT NULL,
  height int NOT NULL,
  size_bytes bigint NOT NULL,
  source_id bigint NOT NULL,
  path text,
  modified_at_ms double,${embedding}
  location_key varchar(64),
  kept_without_file int NOT NULL DEFAULT 0`;
const IMAGE_INDEXES = [
  'CREATE UNIQUE INDEX image_live ON image (collection_id, live_key)',
  'CREATE INDEX image_state ON image (collection_id, state, id)',
  'CREATE INDEX image_source ON image (source_id, id)',
  'CREATE INDEX image_location ON image (collection_id, location_key)',
];
const COLLECTION_INDEX = 'CREATE UNIQUE INDEX collection_live_name ON collection (live_name_key)';

/** TypeORM runs the migration in one transaction. The pages of old rows become free for new rows. */
export class Embeddings1795800000004 implements MigrationInterface {
  name = 'Embeddings1795800000004';

  async up(runner: QueryRunner): Promise<void> {
    await all(runner, [
      `CREATE TABLE embedding_space (id integer PRIMARY KEY NOT NULL, ${SPACE_COLUMNS}, space_key varchar(64) NOT NULL)`,
      'CREATE UNIQUE INDEX embedding_space_key ON embedding_space (space_key)',
      'CREATE TABLE collection_space (collection_id bigint NOT NULL, space_id bigint NOT NULL, PRIMARY KEY (collection_id, space_id))',
      `CREATE TABLE embedding (
        image_row_id bigint NOT NULL,
        space_id bigint NOT NULL,
        fingerprint varchar(64) NOT NULL,
        vector blob NOT NULL,
        PRIMARY KEY (image_row_id, space_id))`,
      'ALTER TABLE collection ADD COLUMN active_space_id bigint',
    ]);
    await fillSpaces(runner, async () => {
      await runner.query("UPDATE id_counter SET next_id = next_id + 1 WHERE name = 'other'");
      const [row] = (await runner.query("SELECT next_id FROM id_counter WHERE name = 'other'")) as [
        { next_id: number },
      ];
      return Number(row.next_id) - 1;
    });
    await all(runner, [
      'INSERT INTO embedding (image_row_id, space_id, fingerprint, vector) ' +
        'SELECT i.id, c.active_space_id, i.fingerprint, i.embedding FROM image i JOIN collection c ON c.id = i.collection_id ORDER BY i.id',
      ...rebuild('image', imageTable('', ''), `(${IMAGE_COLUMNS}) SELECT ${IMAGE_COLUMNS} FROM image ORDER BY id`),
      ...IMAGE_INDEXES,
      ...rebuild(
        'collection',
        `${COLLECTION} active_space_id bigint NOT NULL, ${COLLECTION_TOTALS}`,
        `(${COLLECTION_COLUMNS}, active_space_id) SELECT ${COLLECTION_COLUMNS}, active_space_id FROM collection`,
      ),
      COLLECTION_INDEX,
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await all(runner, [
      ...rebuild(
        'image',
        imageTable('fingerprint varchar(64) NOT NULL,', 'embedding blob NOT NULL,'),
        `(${IMAGE_COLUMNS}, fingerprint, embedding) SELECT i.*, e.fingerprint, e.vector FROM image i ` +
          'JOIN collection c ON c.id = i.collection_id JOIN embedding e ON e.image_row_id = i.id AND e.space_id = c.active_space_id',
      ),
      ...IMAGE_INDEXES,
      ...rebuild(
        'collection',
        `${COLLECTION} ${SPACE_COLUMNS}, ${COLLECTION_TOTALS}`,
        `(${COLLECTION_COLUMNS}, model, space, dimension) ` +
          'SELECT c.id, name, live_name_key, image_count, created_at, size_bytes, model, space, dimension ' +
          'FROM collection c JOIN embedding_space s ON s.id = c.active_space_id',
      ),
      COLLECTION_INDEX,
      'DROP TABLE embedding',
      'DROP TABLE collection_space',
      'DROP TABLE embedding_space',
    ]);
  }
}

async function all(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await runner.query(statement);
}

/**
 * For each dropped column, SQLite writes every row again; a new table writes every row only once. Dropping the old
 * table also drops its indexes.
 */
function rebuild(table: string, columns: string, insert: string): string[] {
  return [
    `CREATE TABLE rebuilt (${columns})`,
    `INSERT INTO rebuilt ${insert}`,
    `DROP TABLE ${table}`,
    `ALTER TABLE rebuilt RENAME TO ${table}`,
  ];
}
