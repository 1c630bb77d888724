import type { ImageReader, PlacedImage, SourceFolder } from '@wentu/domain';
import { isBelow, type FilePath } from '@wentu/file-access';

const PAGE = 500;

/** An image whose original is by reference. */
export interface ReferencedImage {
  readonly id: number;
  readonly path: FilePath;
  /** The folder that it was loaded from. */
  readonly source: FilePath;
  readonly isKept: boolean;
}

/**
 * READY images by reference whose files are below a directory, in pages. They may have been loaded from the directory
 * itself, from a folder above it or from a folder below it.
 */
export async function* imagesBelow(
  images: Pick<ImageReader, 'listSources' | 'pageSource'>,
  collectionId: number,
  directory: FilePath,
): AsyncGenerator<ReferencedImage[]> {
  for (const source of await images.listSources(collectionId)) {
    if (!isRelated(source, directory)) continue;
    for (let after = 0; ;) {
      const page = await images.pageSource(source.id, after, PAGE);
      const last = page.at(-1);
      if (!last) break;
      yield page.flatMap((image) => referencedBelow(image, source.directory, directory));
      after = last.id;
    }
  }
}

function referencedBelow(
  { id, original, isKept }: PlacedImage,
  source: FilePath,
  directory: FilePath,
): ReferencedImage[] {
  return original.kind === 'reference' && isBelow(original.path, directory)
    ? [{ id, path: original.path, source, isKept }]
    : [];
}

export function isRelated(source: SourceFolder, directory: FilePath): boolean {
  return source.directory === directory || isBelow(source.directory, directory) || isBelow(directory, source.directory);
}

/** Whether a collection has images by reference whose files are below the directory. */
export async function hasImagesBelow(
  images: Pick<ImageReader, 'listSources' | 'pageSource'>,
  collectionId: number,
  directory: FilePath,
): Promise<boolean> {
  for await (const page of imagesBelow(images, collectionId, directory)) if (page.length > 0) return true;
  return false;
}
