import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// Each DDL statement commits at once, so an interrupted migration runs again. Each step must allow that.
const TABLE = 'ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT = DYNAMIC';

export class Initial1700000000001 implements MigrationInterface {
  name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
    await runner.query(
      'INSERT INTO store_info (uuid, created_at) SELECT ?, ? FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM store_info)',
      [randomUUID(), Date.now()],
    );
    await runner.query("INSERT IGNORE INTO id_counter (name, next_id) VALUES ('image', 1), ('other', 1)");
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = [
      'load_failure',
      'load_job',
      'image_data',
      'image_preview',
      'image',
      'source',
      'collection',
      'id_counter',
      'store_info',
    ];
    for (const table of tables) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}

const STATEMENTS = [
  `CREATE TABLE IF NOT EXISTS store_info (uuid varchar(36) PRIMARY KEY NOT NULL, created_at bigint NOT NULL) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS id_counter (name varchar(32) PRIMARY KEY NOT NULL, next_id bigint NOT NULL) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS collection (
    id bigint PRIMARY KEY NOT NULL,
    name varchar(256) NOT NULL,
    live_name_key varchar(64),
    model varchar(256) NOT NULL,
    space varchar(256) NOT NULL,
    dimension int NOT NULL,
    image_count bigint NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE KEY collection_live_name (live_name_key)) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS source (
    id bigint PRIMARY KEY NOT NULL,
    collection_id bigint NOT NULL,
    directory text NOT NULL,
    directory_key varchar(64) NOT NULL,
    UNIQUE KEY source_directory (collection_id, directory_key)) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS image (
    id bigint PRIMARY KEY NOT NULL,
    collection_id bigint NOT NULL,
    image_id text NOT NULL,
    image_key varchar(64) NOT NULL,
    live_key varchar(64),
    state varchar(9) NOT NULL,
    content_hash varchar(64) NOT NULL,
    fingerprint varchar(64) NOT NULL,
    mime_type varchar(32) NOT NULL,
    width int NOT NULL,
    height int NOT NULL,
    size_bytes bigint NOT NULL,
    source_id bigint NOT NULL,
    path text,
    modified_at_ms double,
    embedding longblob NOT NULL,
    UNIQUE KEY image_live (collection_id, live_key),
    KEY image_state (collection_id, state, id),
    KEY image_source (source_id, id)) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS image_preview (image_row_id bigint PRIMARY KEY NOT NULL, data longblob NOT NULL) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS image_data (image_row_id bigint PRIMARY KEY NOT NULL, data longblob NOT NULL) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS load_job (
    id bigint PRIMARY KEY NOT NULL,
    collection varchar(256) NOT NULL,
    collection_key varchar(64) NOT NULL,
    directory text NOT NULL,
    options mediumtext NOT NULL,
    status varchar(9) NOT NULL,
    cancel_requested int NOT NULL,
    total bigint,
    loaded bigint NOT NULL,
    skipped bigint NOT NULL,
    failed bigint NOT NULL,
    removed bigint NOT NULL,
    images_per_second double,
    error text,
    kept_failures bigint NOT NULL,
    crashes int NOT NULL,
    suspects mediumtext NOT NULL,
    in_flight mediumtext NOT NULL,
    lease_owner varchar(36),
    lease_expires_at bigint,
    created_at bigint NOT NULL,
    started_at bigint,
    finished_at bigint,
    KEY load_job_status (status, id),
    KEY load_job_collection (collection_key, id)) ${TABLE}`,
  `CREATE TABLE IF NOT EXISTS load_failure (
    job_id bigint NOT NULL,
    seq int NOT NULL,
    item text NOT NULL,
    code varchar(32) NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (job_id, seq)) ${TABLE}`,
];
