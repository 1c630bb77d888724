import type { ColumnOptions, ValueTransformer } from 'typeorm';

/** MySQL returns bigint as a string, SQLite as a number; all values here are safe integers. */
const safeInteger: ValueTransformer = {
  from: (value: number | string | null) => (value === null ? null : Number(value)),
  to: (value: number | null | undefined) => value,
};

/** A safe integer: ids, counts, milliseconds since 1970. */
export const integer = { type: 'bigint', transformer: safeInteger } as const satisfies ColumnOptions;

/** Drivers return blobs as ArrayBuffer (libsql) or Buffer (mysql2). */
export function toBytes(value: ArrayBuffer | Uint8Array): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(value);
}

export const blob = {
  type: 'blob',
  transformer: {
    from: (value: ArrayBuffer | Uint8Array | null) => value && toBytes(value),
    to: (value: Uint8Array | null) => value,
  },
} as const satisfies ColumnOptions;

/** A SHA-256 in hex, used to compare texts: short, ASCII, and equal in every collation. */
export const hash = { type: 'varchar', length: 64 } as const satisfies ColumnOptions;
