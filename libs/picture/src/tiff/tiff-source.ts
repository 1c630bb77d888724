import sharp from 'sharp';
import type { ExifDirectories } from '../exif/exif-facts';
import { tiffDirectories } from '../exif/read-exif';
import { decodeError, formatName, unsupportedFormat } from '../errors';
import { checkMemory, checkSize, type Granted, type PictureLimits } from '../limits';
import { findRawPreview } from '../raw/find-preview';
import { rawTypeOf } from '../raw/raw-type';
import { checkDirectory, failOnOf } from './check-directory';
import { chooseDirectory, sizeOf } from './choose-directory';
import { readTiff, TAG, withFirstDirectory } from './directories';
import { needsOwnSamples } from './sample-layout';
import { readSamples } from './samples';
import { wrapAsTiff } from './wrap-as-tiff';

export interface TiffSource {
  /** The type of the file. */
  readonly mimeType: string;
  /** The type of `input`, the bytes for libvips. */
  readonly inputType: string;
  readonly input: Uint8Array;
  readonly failOn: 'warning' | 'error';
  readonly exif: ExifDirectories | undefined;
}

/** The full picture of a TIFF, or the preview of a RAW file with the structure of a TIFF. @throws ItemError */
export async function readTiffSource(
  bytes: Uint8Array,
  byHead: string,
  limits: PictureLimits & Granted,
): Promise<TiffSource> {
  const tiff = readTiff(bytes);
  const exif = tiffDirectories(tiff.directories[0]);
  const mimeType = byHead === 'image/tiff' ? (rawTypeOf(tiff) ?? byHead) : byHead;
  if (mimeType !== 'image/tiff') {
    const preview = findRawPreview(bytes, tiff, formatName(mimeType));
    if (preview.kind === 'jpeg')
      return { mimeType, inputType: 'image/jpeg', input: preview.jpeg, failOn: 'error', exif };
    const { width, height } = sizeOf(preview.directory);
    checkSize(width, height, limits);
    checkDirectory(preview.directory, bytes.length);
    const rgb = await decodeAlone(withFirstDirectory(bytes, tiff, preview.directory), failOnOf(preview.directory));
    return {
      mimeType,
      inputType: 'image/tiff',
      input: wrapAsTiff({ ...rgb, orientation: preview.orientation }),
      failOn: 'error',
      exif,
    };
  }
  const directory = chooseDirectory(tiff);
  if (!directory) throw unsupportedFormat(null);
  const { width, height } = sizeOf(directory);
  checkSize(width, height, limits);
  checkDirectory(directory, bytes.length);
  const input = withFirstDirectory(bytes, tiff, directory);
  if (!needsOwnSamples(directory)) return { mimeType, inputType: mimeType, input, failOn: failOnOf(directory), exif };
  // Bytes per sample: the stored sample, the converted sample, and the copy in libvips.
  const sampleBytes = directory.number(TAG.samplesPerPixel, 1) * (directory.number(TAG.bitsPerSample, 8) > 16 ? 10 : 6);
  checkMemory(width * height * sampleBytes, `this TIFF of ${width} × ${height} pixels`, limits);
  return {
    mimeType,
    inputType: mimeType,
    input: wrapAsTiff(await readSamples(input, directory)),
    failOn: 'error',
    exif,
  };
}

async function decodeAlone(input: Uint8Array, failOn: 'warning' | 'error') {
  try {
    const { data, info } = await sharp(input, { failOn, limitInputPixels: false })
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
