import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLock } from './process-lock';

/**
 * The address that the last server of the folder announced; null when there is none. That server may have been killed.
 */
export async function announcedServer(path: string): Promise<string | null> {
  try {
    const { address } = JSON.parse(await readFile(join(path, 'server.json'), 'utf8')) as { address?: unknown };
    return typeof address === 'string' ? address : null;
  } catch {
    return null;
  }
}

/**
 * The address of the server that uses the folder now; null when no server announced one, or when no process has the
 * folder. This module loads little code: a command that asks a server needs nothing else of the folder.
 */
export async function runningServer(path: string): Promise<string | null> {
  const address = await announcedServer(path);
  if (address === null) return null;
  try {
    const unlock = takeLock(join(path, 'lock'));
    unlock?.();
    return unlock ? null : address;
  } catch {
    // To open the folder gives the reason.
    return null;
  }
}
