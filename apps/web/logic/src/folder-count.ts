/** What is known of the pictures of a folder that somebody may load. */
export interface FolderPictures {
  readonly text: 'countingPictures' | 'picturesInAll' | 'picturesAtLeast' | 'noPictureNames';
  readonly count: number;
}

/**
 * What to say of the pictures in a folder: a load takes all that is below it, so that is the number that counts.
 * @param counted of this folder and all below; undefined while it is counted, or where it could not be
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
