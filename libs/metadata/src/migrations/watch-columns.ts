/** Columns of watched folders in the table `source`, with their types on every database. */
export const WATCH_COLUMNS = [
  ['watch_options', 'text'],
  ['watch_owner', 'varchar(64)'],
  ['watch_expires_at', 'bigint'],
  ['watch_report', 'text'],
] as const;
