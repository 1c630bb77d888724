import { constants, type BigIntStats, type Dirent } from 'node:fs';
import { open, opendir, readlink, realpath, stat, statfs, type FileHandle } from 'node:fs/promises';
import { filePath, fsPath, type FilePath } from './file-path';

/**
 * Another file or folder is at the path than the one that was found there: a link was put in its place, or a device
 * mounted.
 */
export class ReplacedError extends Error {
  readonly code = 'EREPLACED';

  constructor(path: FilePath) {
    super(`${path} was replaced while it was read`);
    this.name = 'ReplacedError';
  }
}

// Windows has neither, and no FIFOs among its files.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY = 0 } = constants;
const isLinux = process.platform === 'linux';

/**
 * Opens a file and then checks what was opened: a regular file at exactly this path. No link is followed, neither at
 * its end nor on the way, so that a folder swapped for a link after it was checked leads nowhere. Never waits for the
 * other end of a FIFO.
 * @param path absolute, without links
 * @throws ReplacedError, or the system's error (ELOOP: a link)
 */
export async function openRegularFile(path: FilePath): Promise<FileHandle> {
  const handle = await open(fsPath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new ReplacedError(path);
    await checkOpened(handle, path);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export interface DirectoryEntry {
  /** As the file system keeps it. */
  readonly name: Uint8Array;
  /** other: a FIFO, a socket or a device. */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

export interface OpenDirectory {
  /** To be iterated once; its end, or leaving it, closes the directory. */
  readonly entries: AsyncIterable<DirectoryEntry>;
  /** For a directory that is not iterated. */
  close(): Promise<void>;
  /** Device and inode: the same as long as it is the same directory. */
  readonly identity: string;
  readonly device: string;
}

/**
 * Opens a directory and checks that it is the one at this path, without links on the way.
 * @param path absolute, without links
 * @throws ReplacedError, or the system's error
 */
export async function openDirectory(path: FilePath): Promise<OpenDirectory> {
  const handle = await open(fsPath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_DIRECTORY);
  try {
    const { dev, ino } = await handle.stat({ bigint: true });
    await checkOpened(handle, path);
    return { entries: list(handle, path), close: () => handle.close(), identity: `${dev}:${ino}`, device: String(dev) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Holds the handle to the end: where a file system does not tell kinds of entries, Node looks at each by the path of
 * the listing.
 */
async function* list(handle: FileHandle, path: FilePath): AsyncGenerator<DirectoryEntry> {
  try {
    // What was opened is what is listed.
    const listed = isLinux ? `/proc/self/fd/${handle.fd}` : fsPath(path);
    // The types of Node 20 know names as text only.
    const options = { bufferSize: 256, encoding: 'buffer' as BufferEncoding };
    for await (const entry of await opendir(listed, options)) {
      const name = entry.name as string | Uint8Array;
      yield { name: typeof name === 'string' ? Buffer.from(name) : name, kind: kindOf(entry) };
    }
  } finally {
    await handle.close();
  }
}

function kindOf(entry: Dirent): DirectoryEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

async function checkOpened(handle: FileHandle, path: FilePath): Promise<void> {
  if ((await openedPath(handle, path)) !== path) throw new ReplacedError(path);
}

/**
 * Where an open file really lies.
 * @param path by which it was opened
 * @throws ReplacedError when another file is there now
 */
export async function openedPath(handle: FileHandle, path: FilePath): Promise<FilePath> {
  if (isLinux) return filePath(await readlink(`/proc/self/fd/${handle.fd}`, { encoding: 'buffer' }));
  const real = await realpath(fsPath(path), { encoding: 'buffer' });
  const [found, opened] = await Promise.all([stat(real, { bigint: true }), handle.stat({ bigint: true })]);
  if (!isSame(found, opened)) throw new ReplacedError(path);
  return filePath(real);
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/**
 * What tells the volume at a mount point from another one that is mounted there later. Device numbers do not: the next
 * USB disk gets the same one, and the same disk another one after a restart. The inode of its top directory and when
 * that was made do; where a file system does not keep that, its size.
 */
export async function volumeOf(directory: FilePath): Promise<string> {
  const { ino, birthtimeNs } = await stat(fsPath(directory), { bigint: true });
  if (birthtimeNs > 0n) return `${ino}:${birthtimeNs}`;
  const { type, blocks } = await statfs(fsPath(directory), { bigint: true });
  return `${ino}:${type}:${blocks}`;
}

/** The process has too many open files, or too little memory: not the fault of the file that could not be opened. */
export function isOutOfHandles(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM';
}
