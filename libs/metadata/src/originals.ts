import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ByteRange, ByteStream, ImageRow, OriginalReader, StoredPictures } from '@wentu/domain';
import { fsPath, openRegularFile, type FilePath } from '@wentu/file-access';
import { OriginalCheck } from './original-check';

const PIECE_BYTES = 256 * 1024;

/** Reads originals by reference from their folders, and copied originals from the database. */
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

/** Reads a file and returns its bytes only if they are those that were loaded, because files change or disappear. */
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

/** Like `readReferenced`, as a stream. A touched file is read twice: first for its hash, then for the stream. */
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
      // An unreadable file counts as missing.
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
 * @returns `isInPlace`: the path is not a link. A link may lead to any file, also to a file that must not be shown, so
 * only its bytes can prove that it is the original
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
  throw new Error(`${path} is not a file`);
}
