import { constants, type BigIntStats, type Dirent } from 'node:fs';
import { open, opendir, readlink, realpath, stat, statfs, type FileHandle } from 'node:fs/promises';
import { filePath, fsPath, type FilePath } from './file-path';

/** The path now has a different file or folder than before: a link replaced it, or a device was mounted there. */
export class ReplacedError extends Error {
  readonly code = 'EREPLACED';

  constructor(path: FilePath) {
    super(`${path} was replaced while it was read`);
    this.name = 'ReplacedError';
  }
}

// Windows has no O_NOFOLLOW and no O_NONBLOCK, and no FIFOs among its files.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY = 0 } = constants;
const isLinux = process.platform === 'linux';

/**
 * Opens a file, then checks that it is a regular file at exactly this path. No link is followed, in the last name or in
 * a parent folder. So a folder that was replaced by a link after an earlier check gives an error. Never waits for the
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
  /** The bytes of the name in the file system. */
  readonly name: Uint8Array;
  /** other: a FIFO, a socket or a device. */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

export interface OpenDirectory {
  /** Iterable once. The directory closes when the iteration ends or is stopped. */
  readonly entries: AsyncIterable<DirectoryEntry>;
  /** Closes a directory that is not iterated. */
  close(): Promise<void>;
  /** Device and inode: equal for the same directory. */
  readonly identity: string;
  readonly device: string;
  /** When an entry was last added, removed or renamed, in nanoseconds since 1970, before the entries are read. */
  readonly modifiedAtNs: bigint;
}

/**
 * Opens a directory and checks that it is at exactly this path, without links.
 * @param path absolute, without links
 * @throws ReplacedError, or the system's error
 */
export async function openDirectory(path: FilePath): Promise<OpenDirectory> {
  const handle = await open(fsPath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_DIRECTORY);
  try {
    const { dev, ino, mtimeNs: modifiedAtNs } = await handle.stat({ bigint: true });
    await checkOpened(handle, path);
    const about = { identity: `${dev}:${ino}`, device: String(dev), modifiedAtNs };
    return { ...about, entries: list(handle, path), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Keeps the handle open until the end: where a file system does not report the kinds of entries, Node stats each entry
 * through the path that is listed.
 */
async function* list(handle: FileHandle, path: FilePath): AsyncGenerator<DirectoryEntry> {
  try {
    // List the opened directory itself, not what is at the path now.
    const listed = isLinux ? `/proc/self/fd/${handle.fd}` : fsPath(path);
    // The types of Node 20 allow only text for names.
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
 * The real path of an open file.
 * @param path the path it was opened with
 * @throws ReplacedError when the path has another file now
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
 * Identifies the volume at a mount point, to detect that another volume is mounted there later. Device numbers cannot:
 * the next USB disk gets the same number, and the same disk gets another number after a restart. The inode and the
 * birth time of the top directory can; where a file system does not store the birth time, its type and size are used.
 */
export async function volumeOf(directory: FilePath): Promise<string> {
  const { ino, birthtimeNs } = await stat(fsPath(directory), { bigint: true });
  if (birthtimeNs > 0n) return `${ino}:${birthtimeNs}`;
  const { type, blocks } = await statfs(fsPath(directory), { bigint: true });
  return `${ino}:${type}:${blocks}`;
}

/** The process has too many open files or too little memory. The file that could not be opened is not at fault. */
export function isOutOfHandles(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM';
}
