import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InvalidInputError, NotFoundError, sentence } from '@wentu/domain';
import { sourceError } from './file-errors';

/**
 * What a directory contains. Paths are relative to it, `/`-separated. `split` is null when there is only one set of
 * pictures.
 */
export type Source =
  | { readonly kind: 'tsv'; readonly split: string; readonly path: string }
  | { readonly kind: 'lmdb'; readonly split: string | null; readonly path: string }
  | { readonly kind: 'folder' };

const IMAGES_TSV = /^(.+)_imgs\.tsv$/;
/** A directory with more folders counts as a tree of pictures: checking each folder would take long. */
const MAX_SPLIT_FOLDERS = 1_000;

/**
 * Finds `{split}_imgs.tsv`, else `{split}/imgs` or `lmdb/{split}/imgs` with a data.mdb. Without a given split it takes
 * `valid`, or the only split. A directory that is an LMDB environment or the folder of one split has only that one.
 * Everything else is a tree of pictures.
 */
export async function findSource(directory: string, wanted: string | undefined): Promise<Source> {
  const names = await readdir(directory).catch((error: unknown) => Promise.reject(sourceError(directory, error)));
  const own = await findOwn(directory, names);
  const ownSplit = own?.path === '' ? basename(dirname(directory)) : basename(directory);
  const splits = new Map<string, Source & { path: string }>();
  for (const name of names) {
    const split = IMAGES_TSV.exec(name)?.[1];
    if (split !== undefined) splits.set(split, { kind: 'tsv', split, path: name });
  }
  for (const below of names.includes('lmdb') ? ['', 'lmdb/'] : ['']) {
    const folders = below === '' ? names : await readdir(join(directory, below)).catch(() => []);
    for (const split of inspected(folders, wanted)) {
      const path = `${below}${split}/imgs`;
      if (!splits.has(split) && (await isEnvironment(join(directory, path))))
        splits.set(split, { kind: 'lmdb', split, path });
    }
  }
  if (splits.size === 0 && own && (wanted === undefined || wanted === ownSplit)) return own;
  if (splits.size === 0 && wanted === undefined) return { kind: 'folder' };
  return choose(directory, splits, wanted);
}

/** The LMDB environment of the directory itself, or of its `imgs`. */
async function findOwn(directory: string, names: readonly string[]): Promise<(Source & { path: string }) | null> {
  if (names.includes('data.mdb')) return { kind: 'lmdb', split: null, path: '' };
  const hasImages = names.includes('imgs') && (await isEnvironment(join(directory, 'imgs')));
  return hasImages ? { kind: 'lmdb', split: null, path: 'imgs' } : null;
}

/** The wanted split comes first, so that the limit cannot exclude it. */
function inspected(names: readonly string[], wanted: string | undefined): string[] {
  const first = wanted ?? 'valid';
  return [...names.filter((name) => name === first), ...names.filter((name) => name !== first)].slice(
    0,
    MAX_SPLIT_FOLDERS,
  );
}

async function isEnvironment(path: string): Promise<boolean> {
  return await stat(join(path, 'data.mdb')).then(
    (data) => data.isFile(),
    () => false,
  );
}

function choose(
  directory: string,
  splits: ReadonlyMap<string, Source & { path: string }>,
  wanted: string | undefined,
): Source {
  const paths = [...splits.values()].map(({ path }) => path).sort();
  const there = paths.length === 0 ? 'no {split}_imgs.tsv and no {split}/imgs of LMDB' : paths.join(', ');
  const chosen = splits.get(wanted ?? (splits.size === 1 ? ([...splits.keys()][0] as string) : 'valid'));
  if (chosen) return chosen;
  if (wanted !== undefined) throw new NotFoundError(sentence('SPLIT_MISSING', { directory, split: wanted, there }));
  throw new InvalidInputError(sentence('SPLIT_OPEN', { directory, there }));
}
