import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import libsql from 'libsql';

/** How long the copy waits for a lock; it needs one for a moment only. */
const BUSY_MS = 10_000;
/** Ids that the original may give out after it was copied: more than it ever will. */
const IDS_LEFT_OUT = 1_000_000_000;

/**
 * Copies the store of a SQLite file as it is at one moment, into a file that does not exist yet. Others may read and
 * write the original meanwhile; its write-ahead log grows until the copy is done. SQLite's copying blocks the calling
 * thread.
 *
 * The copy goes on with higher ids than the original: an id means one picture for ever, also for caches that saw the
 * original give it out after the copy was made. It has an identity of its own, and so indexes of its own on a server
 * that both use.
 * @returns the id of the copy
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
