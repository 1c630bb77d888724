import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ByteRange, ByteStream, ImageRow, OriginalReader, StoredPictures } from '@wentu/domain';
import { fsPath, openRegularFile, type FilePath } from '@wentu/file-access';
import { OriginalCheck } from './original-check';

const PIECE_BYTES = 256 * 1024;

/** Originals wherever they are: in their folder by reference, or copied into the database. */
export function createOriginalReader(stored: Pick<StoredPictures, 'exists' | 'open' | 'read'>): OriginalReader {
  const check = new OriginalCheck();
  return {
    async isThere({ id, original, sizeBytes }) {
      return original.kind === 'copied' ? await stored.exists(id) : await check.hasSize(original.path, sizeBytes);
    },
    async read(image) {
      const { original } = image;
      return original.kind === 'reference' ? await readReferenced(image, original) : await stored.read(image.id);
    },
    async open(image, range) {
      const { original } = image;
      return original.kind === 'reference'
        ? await openReferenced(image, original, range)
        : await stored.open(image.id, range);
    },
  };
}

/** Files change and go: only the very bytes that were loaded are the original. */
async function readReferenced(
  image: ImageRow,
  original: Extract<ImageRow['original'], { kind: 'reference' }>,
): Promise<Uint8Array | null> {
  try {
    const { handle, isInPlace } = await openOriginal(original.path);
    try {
      const { size, mtimeMs } = await handle.stat();
      if (size !== image.sizeBytes) return null;
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(size), 0, size, 0);
      const bytes = buffer.subarray(0, bytesRead);
      const isUntouched = isInPlace && mtimeMs === original.modifiedAtMs && bytesRead === size;
      return isUntouched || createHash('sha256').update(bytes).digest('hex') === image.contentHash ? bytes : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/** As `readReferenced`. What was touched is read twice: its bytes say first whether it is the original. */
async function openReferenced(
  image: ImageRow,
  original: Extract<ImageRow['original'], { kind: 'reference' }>,
  { start, end }: ByteRange = { start: 0, end: image.sizeBytes },
): Promise<ByteStream | null> {
  try {
    const { handle, isInPlace } = await openOriginal(original.path);
    try {
      const { size, mtimeMs } = await handle.stat();
      const isUntouched = isInPlace && mtimeMs === original.modifiedAtMs;
      if (size === image.sizeBytes && (isUntouched || (await hashOf(handle)) === image.contentHash))
        return handle.createReadStream({ start, end: end - 1, highWaterMark: PIECE_BYTES });
    } catch {
      // It cannot be read: it is no original.
    }
    await handle.close();
    return null;
  } catch {
    return null;
  }
}

async function hashOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/**
 * @returns `isInPlace`: the file itself lies at this path. Behind a link may be any file, also one that is nobody's
 * business: there only its bytes can say that it is the original
 */
async function openOriginal(path: FilePath): Promise<{ handle: FileHandle; isInPlace: boolean }> {
  try {
    return { handle: await openRegularFile(path), isInPlace: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ELOOP' && code !== 'EREPLACED') throw error;
  }
  const handle = await open(fsPath(path), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if ((await handle.stat()).isFile()) return { handle, isInPlace: false };
  await handle.close();
  throw new Error(`${path} is no file`);
}
