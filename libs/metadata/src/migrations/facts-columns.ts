/** Column and type of the added columns of `image`, in SQL for both databases. */
export const FACTS_COLUMNS = [
  ['taken_at', 'bigint'],
  ['taken_at_offset', 'int'],
  ['taken_at_source', 'varchar(4)'],
  ['camera', 'varchar(128)'],
  ['lens', 'varchar(128)'],
  ['latitude', 'double'],
  ['longitude', 'double'],
  ['orientation', 'int'],
  ['facts_version', 'int NOT NULL DEFAULT 0'],
] as const;
