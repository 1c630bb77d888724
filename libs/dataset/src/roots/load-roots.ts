import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ForbiddenError, InvalidInputError, NotFoundError, UnavailableError } from '@wentu/domain';

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
        ? 'this server loads no folders; set WENTU_LOAD_ROOTS to the folders that it may read'
        : `${directory} is not under a folder that this server may read (${roots.join(', ')}); add it to WENTU_LOAD_ROOTS`,
    );
  const wanted = resolve(directory);
  let real: string;
  try {
    real = await realpath(wanted);
  } catch (error) {
    if (!roots.some((root) => isUnder(wanted, root))) throw forbidden();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new NotFoundError(`there is no folder ${directory}`);
    if (code === 'ENOTDIR' || code === 'ELOOP') throw new InvalidInputError(`${directory} is not a folder (${code})`);
    throw unreadableFolder(directory, error);
  }
  if (!(await realRoots(roots)).some((root) => isUnder(real, root))) throw forbidden();
  if (!(await stat(real)).isDirectory())
    throw new InvalidInputError(`${directory} is a file; give the folder that holds the pictures`);
  return real;
}

/** @throws InvalidInputError */
function checkDirectory(directory: string): void {
  if (directory === '' || directory.length > MAX_DIRECTORY_LENGTH || directory.includes('\0')) {
    throw new InvalidInputError(
      `directory is ${JSON.stringify(directory.slice(0, 80))}; give the path of a folder on the server`,
    );
  }
  if (!isAbsolute(directory)) {
    throw new InvalidInputError(`directory is ${JSON.stringify(directory)}; give an absolute path on the server`);
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
  return new UnavailableError(`the folder ${directory} cannot be read (${code}); check its permissions`, { cause });
}

function isUnder(path: string, root: string): boolean {
  const below = relative(root, path);
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below));
}
