import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ItemError } from '@wentu/domain';
import { readFailed, tooLarge } from './file-errors';

/** A link put in the file's place since it was found is not followed, and a pipe does not hang the load. (Zero on Windows.) */
const FLAGS =
  constants.O_RDONLY |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** @throws ItemError READ_FAILED, EMPTY_FILE, TOO_LARGE */
export async function readImageFile(path: string, item: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, FLAGS);
    try {
      const { size } = await handle.stat();
      if (size > maxBytes) throw tooLarge(item, size, maxBytes);
      const bytes = Buffer.allocUnsafe(size);
      const { bytesRead } = await handle.read(bytes, 0, size, 0);
      if (bytesRead === 0) throw new ItemError('EMPTY_FILE', `${item} is empty`);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof ItemError ? error : readFailed(item, error);
  }
}
