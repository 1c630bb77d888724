import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import libsql from 'libsql';

/** How long the copy waits for its lock, which it holds only for a moment. */
const BUSY_MS = 10_000;
/** Number of ids reserved for the original after the copy. The original will never use as many. */
export const IDS_LEFT_OUT = 1_000_000_000;

/**
 * Copies the store in a SQLite file, as it is at one moment, to a new file. Other connections may read and write the
 * original meanwhile; its write-ahead log grows until the copy is complete. The call blocks its thread.
 * The ids of the copy continue far above those of the original, because an id must identify one picture forever, also
 * in caches that saw the original use it after the copy. The copy has its own store id, so it uses its own indexes on a
 * shared index server.
 * @returns the store id of the copy
 */
export async function copySqliteStore(from: string, to: string): Promise<string> {
  const id = randomUUID();
  const source = new libsql(from, { readonly: true, timeout: BUSY_MS });
  try {
    source.prepare('VACUUM INTO ?').run([to]);
  } finally {
    source.close();
  }
  const copy = new libsql(to);
  try {
    copy.exec(`UPDATE id_counter SET next_id = next_id + ${IDS_LEFT_OUT}`);
    copy.prepare('UPDATE store_info SET uuid = ?').run([id]);
  } finally {
    copy.close();
  }
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return id;
}
