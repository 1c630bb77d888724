import { basename } from 'node:path';
import { ItemError } from '@wentu/domain';
import { tooLarge } from './file-errors';
import { checkImageId, decodeUtf8 } from './image-id';
import { readLines } from './read-lines';

/** A row `id<TAB>base64`. */
export interface TsvRow {
  /** `valid_imgs.tsv:12` */
  readonly item: string;
  readonly imageId: string;
  /** The base64 text. */
  readonly base64: Buffer;
  /** Of the base64 in the file. */
  readonly offset: number;
}

export interface BrokenTsvRow {
  readonly item: string;
  readonly error: ItemError;
}

const TAB = 0x09;
/** An id of 512 characters of 4 bytes, and the tab. */
const MAX_ID_BYTES = 2_049;

/** Longest base64 text of a picture. */
export function maxBase64Bytes(maxImageBytes: number): number {
  return Math.ceil(maxImageBytes / 3) * 4;
}

/**
 * Streams the rows of a tsv file. `lines` holds the line that each id was first seen on, for the whole pass: about 100 bytes
 * an id.
 */
export async function* readTsvRows(
  path: string,
  maxImageBytes: number,
  lines: Map<string, number>,
  signal?: AbortSignal,
): AsyncGenerator<TsvRow | BrokenTsvRow, void, void> {
  const name = basename(path);
  const maxLineBytes = maxBase64Bytes(maxImageBytes) + MAX_ID_BYTES;
  for await (const { number, offset, length, bytes } of readLines(path, maxLineBytes, signal)) {
    const item = `${name}:${number}`;
    try {
      if (!bytes) throw tooLarge('the line', length, maxLineBytes);
      const tab = bytes.indexOf(TAB);
      if (tab < 0) throw new ItemError('BAD_ROW', 'the line has no tab; it should be the id, a tab and the base64');
      const imageId = checkImageId(decodeUtf8(bytes.subarray(0, tab)));
      const first = lines.get(imageId);
      if (first !== undefined) {
        throw new ItemError('DUPLICATE_ID', `the id '${imageId}' is also on line ${first}, which is the one taken`);
      }
      lines.set(imageId, number);
      yield { item, imageId, base64: bytes.subarray(tab + 1), offset: offset + tab + 1 };
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      yield { item, error };
    }
  }
}
