import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  InvalidInputError,
  ItemError,
  sentence,
  type Dataset,
  type DatasetEntry,
  type GivenAttributes,
} from '@wentu/domain';
import { isPictureName, PICTURE_HEAD_BYTES, pictureType } from '@wentu/picture-format';
import { sourceError } from './file-errors';
import { readPictureFile, type DatasetLimits } from './folder-dataset';
import { checkedGiven } from './given/parse-given';
import { checkImageId } from './image-id';

/**
 * One file of an upload. On the disk it has a number as its name; the sender's path is its id. So no file system limits
 * that path.
 */
export interface UploadedFile {
  /** Name in the upload's folder: digits. */
  readonly file: string;
  /** NFC, `/`-separated, unique in the upload. */
  readonly path: string;
  /** What the sender gives to the image, in the form of `checkGiven`. */
  readonly given?: GivenAttributes;
}

/** The manifest of an upload: one JSON object per line and file. It is written when the upload is complete. */
export const UPLOAD_MANIFEST = 'files.jsonl';

/** Opens a complete upload: the files in its manifest, in the order of their paths. @param directory real path */
export async function openUpload(directory: string, limits: DatasetLimits): Promise<Dataset> {
  const path = join(directory, UPLOAD_MANIFEST);
  const text = await readFile(path, 'utf8').catch((error: unknown) => Promise.reject(sourceError(path, error)));
  const files = text.split('\n').flatMap((line) => (line === '' ? [] : [parseLine(path, line)]));
  if (files.length === 0) throw new InvalidInputError(sentence('UPLOAD_EMPTY'));
  return {
    kind: 'upload',
    directory,
    count: async () => files.length,
    async *entries(signal) {
      for (const file of files) {
        signal?.throwIfAborted();
        yield entryOf(directory, file, limits);
      }
    },
    close: async () => undefined,
  };
}

function parseLine(manifest: string, line: string): UploadedFile {
  try {
    const { file, path, given } = JSON.parse(line) as Partial<Record<keyof UploadedFile, unknown>>;
    // A number cannot lead to another folder.
    if (typeof file === 'string' && /^\d{1,9}$/.test(file) && typeof path === 'string')
      return { file, path, ...(given ? { given } : {}) };
  } catch {
    // The error is thrown below.
  }
  throw new InvalidInputError(`${manifest} is damaged; send the files again`);
}

function entryOf(
  directory: string,
  { file, path, given }: UploadedFile,
  { maxImageBytes }: DatasetLimits,
): DatasetEntry {
  try {
    return {
      item: path,
      imageId: checkImageId(path),
      ...(given ? { given: async () => checkedGiven(given, `image ${JSON.stringify(path)}`) } : {}),
      async read() {
        const bytes = await readPictureFile(join(directory, file), maxImageBytes);
        // A file with a picture's name gets the reason from the decoder.
        if (pictureType(bytes.subarray(0, PICTURE_HEAD_BYTES)) !== null || isPictureName(path)) return bytes;
        throw new ItemError('UNSUPPORTED_FORMAT', sentence('NO_KNOWN_FORMAT'));
      },
    };
  } catch (error) {
    if (error instanceof ItemError) return { item: path, error };
    throw error;
  }
}
