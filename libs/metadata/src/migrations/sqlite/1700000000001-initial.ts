import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1700000000001 implements MigrationInterface {
  name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
    await runner.query('INSERT INTO store_info (uuid, created_at) VALUES (?, ?)', [randomUUID(), Date.now()]);
    await runner.query("INSERT INTO id_counter (name, next_id) VALUES ('image', 1), ('other', 1)");
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
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
  }
}

const STATEMENTS = [
  `CREATE TABLE store_info (uuid varchar(36) PRIMARY KEY NOT NULL, created_at bigint NOT NULL)`,
  `CREATE TABLE id_counter (name varchar(32) PRIMARY KEY NOT NULL, next_id bigint NOT NULL)`,
  `CREATE TABLE collection (
    id integer PRIMARY KEY NOT NULL,
    name varchar(256) NOT NULL,
    live_name_key varchar(64),
    model varchar(256) NOT NULL,
    space varchar(256) NOT NULL,
    dimension int NOT NULL,
    image_count bigint NOT NULL,
    created_at bigint NOT NULL)`,
  `CREATE UNIQUE INDEX collection_live_name ON collection (live_name_key)`,
  `CREATE TABLE source (
    id integer PRIMARY KEY NOT NULL,
    collection_id bigint NOT NULL,
    directory text NOT NULL,
    directory_key varchar(64) NOT NULL)`,
  `CREATE UNIQUE INDEX source_directory ON source (collection_id, directory_key)`,
  `CREATE TABLE image (
    id integer PRIMARY KEY NOT NULL,
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
    embedding blob NOT NULL)`,
  `CREATE UNIQUE INDEX image_live ON image (collection_id, live_key)`,
  `CREATE INDEX image_state ON image (collection_id, state, id)`,
  `CREATE INDEX image_source ON image (source_id, id)`,
  `CREATE TABLE image_preview (image_row_id integer PRIMARY KEY NOT NULL, data blob NOT NULL)`,
  `CREATE TABLE image_data (image_row_id integer PRIMARY KEY NOT NULL, data blob NOT NULL)`,
  `CREATE TABLE load_job (
    id integer PRIMARY KEY NOT NULL,
    collection varchar(256) NOT NULL,
    collection_key varchar(64) NOT NULL,
    directory text NOT NULL,
    options text NOT NULL,
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
    suspects text NOT NULL,
    in_flight text NOT NULL,
    lease_owner varchar(36),
    lease_expires_at bigint,
    created_at bigint NOT NULL,
    started_at bigint,
    finished_at bigint)`,
  `CREATE INDEX load_job_status ON load_job (status, id)`,
  `CREATE INDEX load_job_collection ON load_job (collection_key, id)`,
  `CREATE TABLE load_failure (
    job_id bigint NOT NULL,
    seq int NOT NULL,
    item text NOT NULL,
    code varchar(32) NOT NULL,
    message text NOT NULL,
    PRIMARY KEY (job_id, seq))`,
];
