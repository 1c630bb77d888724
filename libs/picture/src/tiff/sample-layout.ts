import { ItemError, sentence } from '@wentu/domain';
import { TAG, type TiffDirectory } from './directories';
import type { RawPicture } from './wrap-as-tiff';

const COLOURS: Record<number, { colours: RawPicture['colours']; channels: number }> = {
  0: { colours: 'grey', channels: 1 },
  1: { colours: 'grey', channels: 1 },
  2: { colours: 'rgb', channels: 3 },
  5: { colours: 'cmyk', channels: 4 },
  6: { colours: 'rgb', channels: 3 },
};
/** SampleFormat: 1 unsigned, 2 signed, 3 floating point, 4 unknown (unsigned in practice). */
const [UNSIGNED, UNKNOWN, FLOAT] = [1, 4, 3];
const ALPHA = new Set([1, 2]);

export interface Layout {
  readonly colours: RawPicture['colours'];
  readonly channels: number;
  /** Index of the alpha channel among all samples; null without an alpha channel. */
  readonly alpha: number | null;
  readonly samples: number;
  readonly bits: number;
  readonly isFloat: boolean;
  readonly isUnsigned: boolean;
  /** The value 0 is white. */
  readonly isInverted: boolean;
}

/**
 * Whether libvips would misinterpret the samples: masks as alpha, floating point as linear light, signed as unsigned.
 */
export function needsOwnSamples(directory: TiffDirectory): boolean {
  const layout = layoutOf(directory);
  if (!layout) return false;
  const { channels, alpha, samples, bits, isUnsigned } = layout;
  if (!isUnsigned || bits > 16) return true;
  return samples !== channels + (alpha === null ? 0 : 1) || (alpha !== null && alpha !== channels);
}

/**
 * @returns null for other colour spaces, whose samples libvips interprets
 * @throws ItemError UNSUPPORTED_FORMAT for samples that libvips cannot read
 */
export function layoutOf(directory: TiffDirectory): Layout | null {
  const photometric = directory.number(TAG.photometric, 1);
  const bits = directory.number(TAG.bitsPerSample, 1);
  const format = directory.number(TAG.sampleFormat, UNSIGNED);
  if (photometric >= 8 && photometric <= 10 && bits === 8) throw unsupported('colours in CIELab');
  const known = COLOURS[photometric];
  if (!known) return null;
  if (format > 4 || bits > 32) throw unsupported(format > 4 ? 'complex numbers' : `numbers of ${bits} bits`);
  // Other numbers of bits are packed across bytes, which libvips reports as damage.
  if (bits % 8 !== 0 && !(known.channels === 1 && [1, 2, 4].includes(bits)))
    throw unsupported(`numbers of ${bits} bits`);
  // libvips reads grey half-precision numbers as integers and rounds them.
  if (format === FLOAT && bits < 32 && known.channels === 1)
    throw unsupported(`grey floating-point numbers of ${bits} bits`);
  const samples = directory.number(TAG.samplesPerPixel, 1);
  if (samples < known.channels) throw new ItemError('DECODE_FAILED', sentence('TIFF_SAMPLES', { samples }));
  // Some writers omit ExtraSamples. Like other readers, this reader then uses a single extra sample as alpha.
  const extra = directory.numbers(TAG.extraSamples);
  const isUntaggedAlpha = extra.length === 0 && samples === known.channels + 1;
  const alpha = isUntaggedAlpha ? 0 : extra.findIndex((kind) => ALPHA.has(kind));
  const isUnsigned = format === UNSIGNED || format === UNKNOWN;
  return {
    ...known,
    alpha: alpha < 0 ? null : known.channels + alpha,
    samples,
    bits,
    isFloat: format === FLOAT,
    isUnsigned,
    isInverted: photometric === 0,
  };
}

export function unsupported(what: string): ItemError {
  return new ItemError('UNSUPPORTED_FORMAT', sentence('TIFF_UNSUPPORTED', { what }));
}
