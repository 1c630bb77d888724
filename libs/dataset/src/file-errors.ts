import { ForbiddenError, ItemError, NotFoundError, UnavailableError } from '@wentu/domain';

export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : String(error);
}

/** The error of the whole source for a failure to read it. */
export function sourceError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new NotFoundError(`${path} does not exist; check the path`, { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ForbiddenError(`${path} may not be read (${code}); check its permissions`, { cause });
  }
  const isOut = code === 'EMFILE' || code === 'ENFILE';
  const remedy = isOut ? 'too many files are open; try again, or raise the limit (ulimit -n)' : 'try again';
  return new UnavailableError(`${path} cannot be read now (${code}); ${remedy}`, { cause });
}

/** The error of one item for a failure to read it. */
export function readFailed(what: string, cause: unknown): ItemError {
  if (codeOf(cause) === 'EREPLACED') {
    const message = `the ${what} was replaced while it was read, perhaps by a link; load it again`;
    return new ItemError('READ_FAILED', message, { cause });
  }
  const message = `the ${what} cannot be read (${codeOf(cause)}); check that it exists and that you may read it`;
  return new ItemError('READ_FAILED', message, { cause });
}
