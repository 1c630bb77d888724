import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { ItemError, sentence, type ImageRow, type OriginalReader } from '@wentu/domain';
import { fsPath } from '@wentu/file-access';
import type { FileStates } from './file-state';

/**
 * Reads the original of an image, and compares it with the bytes that were loaded.
 * @throws ItemError ORIGINAL_GONE, ORIGINAL_CHANGED or READ_FAILED
 */
export async function readOriginal(
  originals: Pick<OriginalReader, 'read'>,
  files: FileStates,
  image: ImageRow,
): Promise<Uint8Array> {
  const bytes = await originals.read(image);
  if (bytes) {
    if (createHash('sha256').update(bytes).digest('hex') === image.contentHash) return bytes;
    throw changed();
  }
  const { original } = image;
  if (original.kind === 'copied') throw new ItemError('ORIGINAL_GONE', sentence('ORIGINAL_LOST'));
  const state = await files.of(original.path);
  if (state === 'missing' || state === 'dangling') throw new ItemError('ORIGINAL_GONE', sentence('ORIGINAL_MISSING'));
  const isReadable =
    state === 'present' &&
    (await files.limit(
      access(fsPath(original.path), constants.R_OK).then(
        () => true,
        () => false,
      ),
    ));
  if (isReadable) throw changed();
  throw new ItemError('READ_FAILED', sentence('ORIGINAL_UNREADABLE'));
}

function changed(): ItemError {
  return new ItemError('ORIGINAL_CHANGED', sentence('ORIGINAL_CHANGED'));
}
