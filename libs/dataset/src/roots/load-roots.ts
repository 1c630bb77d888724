import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ForbiddenError, InvalidInputError, NotFoundError, UnavailableError, sentence } from '@wentu/domain';

const MAX_DIRECTORY_LENGTH = 4_096;

/**
 * The real path of a directory that a load may read. With all links resolved, it must be under one of the roots.
 * Outside the roots, the error is the same for existing and missing paths.
 */
export async function resolveUnderRoots(directory: string, roots: readonly string[]): Promise<string> {
  checkDirectory(directory);
  const forbidden = (): ForbiddenError =>
    new ForbiddenError(
      roots.length === 0
        ? sentence('NO_LOAD_ROOTS')
        : sentence('OUTSIDE_ROOTS', { directory, roots: roots.join(', ') }),
    );
  const wanted = resolve(directory);
  let real: string;
  try {
    real = await realpath(wanted);
  } catch (error) {
    if (!roots.some((root) => isUnder(wanted, root))) throw forbidden();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new NotFoundError(sentence('NO_FOLDER', { directory }));
    if (code === 'ENOTDIR' || code === 'ELOOP')
      throw new InvalidInputError(sentence('NOT_A_FOLDER', { directory, code }));
    throw unreadableFolder(directory, error);
  }
  if (!(await realRoots(roots)).some((root) => isUnder(real, root))) throw forbidden();
  if (!(await stat(real)).isDirectory()) throw new InvalidInputError(sentence('DIRECTORY_IS_FILE', { directory }));
  return real;
}

/** @throws InvalidInputError */
function checkDirectory(directory: string): void {
  if (directory === '' || directory.length > MAX_DIRECTORY_LENGTH || directory.includes('\0')) {
    throw new InvalidInputError(sentence('DIRECTORY_INVALID', { directory: directory.slice(0, 80) }));
  }
  if (!isAbsolute(directory)) {
    throw new InvalidInputError(sentence('DIRECTORY_RELATIVE', { directory }));
  }
}

/**
 * The real path that earlier loads recorded for a directory that may no longer exist. Links are resolved in the part of
 * the path that still exists.
 * @throws InvalidInputError
 */
export async function resolveGone(directory: string): Promise<string> {
  checkDirectory(directory);
  const missing: string[] = [];
  for (let at = resolve(directory); ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null);
    if (real !== null) return join(real, ...missing);
    missing.unshift(basename(at));
  }
}

/** The real paths of the roots that exist, without duplicates. A drive that is not mounted allows nothing. */
export async function realRoots(roots: readonly string[]): Promise<string[]> {
  const found = await Promise.all(roots.map((root) => realpath(root).catch(() => null)));
  return [...new Set(found.filter((root) => root !== null))];
}

export function unreadableFolder(directory: string, cause: unknown): UnavailableError {
  const { code } = cause as NodeJS.ErrnoException;
  return new UnavailableError(sentence('FOLDER_UNREADABLE', { directory, code: String(code) }), { cause });
}

function isUnder(path: string, root: string): boolean {
  const below = relative(root, path);
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below));
}
