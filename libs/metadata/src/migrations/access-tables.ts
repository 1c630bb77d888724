/** Columns of the tables for keys, sign-ins and the audit log, for both databases. */
export const ACCESS_TABLES = {
  access_key: `id bigint PRIMARY KEY NOT NULL, name text NOT NULL, live_name_key varchar(64), kind varchar(16) NOT NULL,
    role varchar(16) NOT NULL, collection_ids text, prefix varchar(32), secret_hash varchar(255) NOT NULL,
    created_at bigint NOT NULL, created_by text, last_used_at bigint, expires_at bigint, revoked_at bigint`,
  sign_in: `token_hash varchar(64) PRIMARY KEY NOT NULL, key_id bigint NOT NULL, key_mark varchar(64) NOT NULL,
    expires_at bigint NOT NULL`,
  audit_entry: `id bigint PRIMARY KEY NOT NULL, noted_at bigint NOT NULL, who text, key_id bigint,
    action varchar(64) NOT NULL, target text, outcome varchar(32) NOT NULL`,
} as const;
