/** What is known about the number of pictures in a folder. */
export interface FolderPictures {
  readonly text: 'countingPictures' | 'picturesInAll' | 'picturesAtLeast' | 'noPictureNames';
  readonly count: number;
}

/**
 * Chooses the text about the pictures in a folder. A load reads all folders below it, so their pictures count too.
 * @param counted the pictures of this folder and all below; undefined while they are counted, or when that failed
 */
export function picturesText(
  folder: { readonly pictureCount: number; readonly truncated: boolean; readonly folders: readonly unknown[] },
  counted: { readonly picturesInAll: { readonly count: number; readonly isComplete: boolean } } | undefined,
): FolderPictures {
  const isAll = folder.folders.length === 0 && !folder.truncated;
  const { count, isComplete } = counted?.picturesInAll ?? { count: folder.pictureCount, isComplete: isAll };
  if (counted === undefined && !isAll) return { text: 'countingPictures', count };
  if (!isComplete) return { text: 'picturesAtLeast', count };
  return { text: count === 0 ? 'noPictureNames' : 'picturesInAll', count };
}
