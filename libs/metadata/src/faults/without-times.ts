/** Rows of tables as one comparable text: bytes in hex, and times only marked as present. */
export function withoutTimes(tables: readonly (readonly [string, readonly unknown[]])[]): string {
  const lines = tables.flatMap(([table, rows]) =>
    rows.map((row) => {
      const values = Object.entries(row as Record<string, unknown>).map(([column, value]) => [
        column,
        plain(column, value),
      ]);
      return `${table} ${JSON.stringify(values)}`;
    }),
  );
  return lines.join('\n');
}

function plain(column: string, value: unknown): unknown {
  if (value === null) return null;
  if (/_at$/.test(column)) return Number(value) === 0 ? 0 : 'set';
  if (value instanceof ArrayBuffer || value instanceof Uint8Array)
    return Buffer.from(value as Uint8Array).toString('hex');
  return value;
}
