import { ForbiddenError, InvalidInputError, ItemError, NotFoundError, UnavailableError } from '@wentu/domain';

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** What a failure to read a source as a whole means to the one who asked for it. */
export function sourceError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code === 'ENOENT') return new NotFoundError(`'${path}' does not exist; check the path`, { cause });
  if (code === 'ENOTDIR')
    return new InvalidInputError(`'${path}' is no directory; give the one that holds it`, { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    return new ForbiddenError(`'${path}' may not be read (${code}); give the server's user the right to`, { cause });
  }
  return new UnavailableError(`'${path}' cannot be read now (${code}); try again`, { cause });
}

/** A failure to read one item. */
export function readFailed(item: string, cause: unknown): ItemError {
  return new ItemError('READ_FAILED', `${item} cannot be read (${codeOf(cause)})`, { cause });
}

export function tooLarge(what: string, sizeBytes: number, maxBytes: number): ItemError {
  return new ItemError('TOO_LARGE', `${what} has ${sizeBytes} bytes; at most ${maxBytes} are read`);
}
