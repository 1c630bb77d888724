import { UnavailableError } from '@wentu/domain';

/** What the file system refused, as an error that can be acted on; everything else as it is. */
export function diskError(error: unknown): unknown {
  const { code, syscall, path } = Object(error) as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  const where = path === undefined ? 'the disk' : path;
  const advice =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'free some space, or set WENTU_DATA_DIR to a folder on another disk'
      : 'check that its folder is one, and that you may write there; WENTU_DATA_DIR says where Wentu keeps its data';
  const what = `${syscall} failed (${code}); ${advice}`;
  return new UnavailableError(`${where}: ${what}`, { cause: error, publicMessage: `the server's disk: ${what}` });
}
