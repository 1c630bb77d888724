import { DiskFullError, UnavailableError } from './errors';
import { sentence } from './sentence';

/**
 * Converts a file system error to an UnavailableError or DiskFullError with a remedy. It returns all other errors
 * unchanged.
 * @param setting the setting that names the folder
 */
export function diskError(error: unknown, setting = 'WENTU_DATA_DIR'): unknown {
  const { code, syscall, path } = Object(error) as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  const where = path === undefined ? 'the disk' : path;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const what = `${syscall} failed (${code}); ${isFull ? 'the disk is full: ' : ''}${adviceFor(code, setting)}`;
  const publicMessage = isFull
    ? sentence('SERVER_DISK_FULL', { call: syscall, code, setting })
    : sentence('SERVER_DISK_FAILED', { call: syscall, code, advice: adviceFor(code, setting) });
  const options = { cause: error, publicMessage };
  return isFull ? new DiskFullError(`${where}: ${what}`, options) : new UnavailableError(`${where}: ${what}`, options);
}

function adviceFor(code: string, setting: string): string {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `free some space, or set ${setting} to a folder on another disk`;
  if (code === 'EIO') return `the disk reports an error; check it, or set ${setting} to a folder on another disk`;
  if (code === 'EMFILE' || code === 'ENFILE')
    return 'too many files are open; try again, or raise the limit (ulimit -n)';
  return `check that its folder exists and is writable; ${setting} names the folder`;
}
