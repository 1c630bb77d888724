import sharp from 'sharp';
import { decodeError, formatName, unreadFormat } from '../errors';
import { checkSize, type PictureLimits } from '../limits';
import { findRawPreview } from '../raw/find-preview';
import { rawTypeOf } from '../raw/raw-type';
import { checkDirectory } from './check-directory';
import { chooseDirectory, sizeOf } from './choose-directory';
import { readTiff, withFirstDirectory } from './directories';
import { needsOwnSamples, readSamples } from './samples';
import { wrapAsTiff } from './wrap-as-tiff';

export interface TiffSource {
  /** Of the file. */
  readonly mimeType: string;
  /** Of what libvips is given. */
  readonly inputType: string;
  readonly input: Uint8Array;
}

/** The whole picture of a TIFF, or the preview of a RAW file that is laid out like one. @throws ItemError */
export async function readTiffSource(bytes: Uint8Array, byHead: string, limits: PictureLimits): Promise<TiffSource> {
  const tiff = readTiff(bytes);
  const mimeType = byHead === 'image/tiff' ? (rawTypeOf(tiff) ?? byHead) : byHead;
  if (mimeType !== 'image/tiff') {
    const preview = findRawPreview(bytes, tiff, formatName(mimeType));
    if (preview.kind === 'jpeg') return { mimeType, inputType: 'image/jpeg', input: preview.jpeg };
    const { width, height } = sizeOf(preview.directory);
    checkSize(width, height, limits);
    checkDirectory(preview.directory, bytes.length);
    const rgb = await decodeAlone(withFirstDirectory(bytes, tiff, preview.directory));
    return { mimeType, inputType: 'image/tiff', input: wrapAsTiff({ ...rgb, orientation: preview.orientation }) };
  }
  const directory = chooseDirectory(tiff);
  if (!directory) throw unreadFormat(null);
  const { width, height } = sizeOf(directory);
  checkSize(width, height, limits);
  checkDirectory(directory, bytes.length);
  const input = withFirstDirectory(bytes, tiff, directory);
  if (!needsOwnSamples(directory)) return { mimeType, inputType: mimeType, input };
  return { mimeType, inputType: mimeType, input: wrapAsTiff(await readSamples(input, directory)) };
}

async function decodeAlone(input: Uint8Array) {
  try {
    const { data, info } = await sharp(input, { failOn: 'warning', limitInputPixels: false })
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { data, width, height, colours: channels === 1 ? 'grey' : 'rgb', hasAlpha: false, depth: 8 } as const;
  } catch (error) {
    throw decodeError(error, 'image/tiff');
  }
}
