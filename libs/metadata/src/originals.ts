import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { ImageRow, MetadataReader, OriginalReader } from '@wentu/domain';
import { OriginalCheck } from './original-check';

/** Originals wherever they are: in their folder by reference, or copied into the database. */
export function createOriginalReader(reader: Pick<MetadataReader, 'readOriginal'>): OriginalReader {
  const check = new OriginalCheck();
  return {
    // What was copied goes with the row only.
    async isThere({ original, sizeBytes }) {
      return original.kind === 'copied' || (await check.hasSize(original.path, sizeBytes));
    },
    async read(image) {
      const { original } = image;
      return original.kind === 'reference'
        ? await readReferenced(image, original)
        : await reader.readOriginal(image.id);
    },
  };
}

/** Files change and go: only the very bytes that were loaded are the original. */
async function readReferenced(
  image: ImageRow,
  original: Extract<ImageRow['original'], { kind: 'reference' }>,
): Promise<Uint8Array | null> {
  try {
    const { size, mtimeMs } = await stat(original.path);
    if (size !== image.sizeBytes) return null;
    const bytes = await readFile(original.path);
    const untouched = mtimeMs === original.modifiedAtMs;
    return untouched || createHash('sha256').update(bytes).digest('hex') === image.contentHash ? bytes : null;
  } catch {
    return null;
  }
}
