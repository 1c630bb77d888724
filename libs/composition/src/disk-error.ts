import { DiskFullError, UnavailableError } from '@wentu/domain';

/** What the file system refused, as an error that can be acted on; everything else as it is. */
export function diskError(error: unknown): unknown {
  const { code, syscall, path } = Object(error) as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  const failed = `${path ?? 'the disk'}: ${syscall} failed (${code})`;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new DiskFullError(
        `${failed}; the disk is full: free some space, or set WENTU_DATA_DIR to a folder on another disk`,
        { cause: error },
      )
    : new UnavailableError(
        `${failed}; check that its folder is one, and that you may write there; WENTU_DATA_DIR says where Wentu keeps its data`,
        { cause: error },
      );
}
