import { ForbiddenError, ItemError, NotFoundError, UnavailableError } from '@wentu/domain';

export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : String(error);
}

/** What a failure to read a source as a whole means to the one who asked for it. */
export function sourceError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new NotFoundError(`${path} does not exist; check the path`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ForbiddenError(`${path} may not be read (${code}); check its permissions`, { cause });
  }
  return new UnavailableError(`${path} cannot be read now (${code}); try again`, { cause });
}

/** A failure to read one item. */
export function readFailed(what: string, cause: unknown): ItemError {
  if (codeOf(cause) === 'EREPLACED') {
    const message = `another thing, or a link, was put in the place of the ${what} while it was read; load it again`;
    return new ItemError('READ_FAILED', message, { cause });
  }
  const message = `the ${what} cannot be read (${codeOf(cause)}); check that it is there and may be read`;
  return new ItemError('READ_FAILED', message, { cause });
}
