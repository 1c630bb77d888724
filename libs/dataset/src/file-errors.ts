import { ForbiddenError, ItemError, NotFoundError, UnavailableError, sentence } from '@wentu/domain';

export function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' ? code : String(error);
}

/** The error of the whole source for a failure to read it. */
export function sourceError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new NotFoundError(sentence('PATH_MISSING', { path }), { cause });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ForbiddenError(sentence('PATH_FORBIDDEN', { path, code }), { cause });
  }
  const isOut = code === 'EMFILE' || code === 'ENFILE';
  return new UnavailableError(sentence(isOut ? 'TOO_MANY_OPEN_FILES' : 'PATH_UNREADABLE', { path, code }), { cause });
}

/** The error of one item for a failure to read it. */
export function readFailed(what: string, cause: unknown): ItemError {
  if (codeOf(cause) === 'EREPLACED') {
    const message = sentence('FILE_REPLACED', { what });
    return new ItemError('READ_FAILED', message, { cause });
  }
  const message = sentence('FILE_UNREADABLE', { what, code: codeOf(cause) });
  return new ItemError('READ_FAILED', message, { cause });
}
