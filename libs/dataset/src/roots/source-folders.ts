import type { SourceFolders } from '@wentu/domain';
import { countPictures } from './count-pictures';
import { listFolders } from './list-folders';
import { resolveGone, resolveUnderRoots } from './load-roots';

/** @param roots absolute paths; with an empty list, loads may read no folder */
export function createSourceFolders(roots: readonly string[]): SourceFolders {
  return {
    resolve: (directory) => resolveUnderRoots(directory, roots),
    resolveGone,
    list: (path) => listFolders(path, roots),
    count: (path, signal) => countPictures(path, roots, signal),
  };
}
