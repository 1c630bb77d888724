/** Table, column and type of the added columns, in SQL for both databases. */
export const PICTURE_IDENTITY_COLUMNS = [
  ['image', 'location_key', 'varchar(64)'],
  ['image', 'kept_without_file', 'int NOT NULL DEFAULT 0'],
  ['source', 'devices', 'text'],
  ['load_job', 'replaced', 'bigint NOT NULL DEFAULT 0'],
  ['load_job', 'missing', 'bigint NOT NULL DEFAULT 0'],
  ['load_job', 'unread_folders', 'bigint NOT NULL DEFAULT 0'],
  ['load_job', 'ignored', 'text'],
] as const;
