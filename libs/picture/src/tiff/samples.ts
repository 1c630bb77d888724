import sharp, { type Sharp } from 'sharp';
import { decodeError } from '../errors';
import { failOnOf } from './check-directory';
import { sizeOf } from './choose-directory';
import type { TiffDirectory } from './directories';
import { layoutOf, unread, type Layout } from './sample-layout';
import type { RawPicture } from './wrap-as-tiff';

/**
 * The colours, and alpha where there is one, as 8 or 16 bits. Masks and other channels are left out.
 * @throws ItemError
 */
export async function readSamples(input: Uint8Array, directory: TiffDirectory): Promise<RawPicture> {
  const layout = layoutOf(directory) as Layout;
  const { colours, channels, alpha, bits, isUnsigned } = layout;
  try {
    const options = { failOn: failOnOf(directory), limitInputPixels: false, limitInputChannels: false } as const;
    const { icc, orientation = 1, space } = await sharp(input, options).metadata();
    // Nothing may be converted on the way: the colours are what the file says, whatever libvips would take them for.
    // But of grey in 8 bits sharp drops what lies behind it: as RGB it is kept.
    const isSpread = space === 'b-w' && isUnsigned && bits <= 8;
    const image = sharp(input, { ...options, ignoreIcc: true })
      .pipelineColourspace(isSpread ? 'srgb' : space)
      .toColourspace(isSpread ? 'srgb' : space);
    const wanted = [...Array(channels).keys(), ...(alpha === null ? [] : [alpha + (isSpread ? 2 : 0)])];
    const isDeep = !isUnsigned || bits > 8;
    const { data, samples } =
      isUnsigned && bits <= 16 ? await integers(image, bits) : { ...(await scaled(image, layout)) };
    const { width, height } = sizeOf(directory);
    const picked = isDeep
      ? pick(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), samples, wanted)
      : pick(data, samples, wanted);
    const raw = new Uint8Array(picked.buffer, picked.byteOffset, picked.byteLength);
    return { data: raw, width, height, colours, hasAlpha: alpha !== null, depth: isDeep ? 16 : 8, icc, orientation };
  } catch (error) {
    throw decodeError(error, 'image/tiff');
  }
}

async function integers(image: Sharp, bits: number): Promise<{ data: Uint8Array; samples: number }> {
  const depth = bits > 8 ? 'ushort' : 'uchar';
  const { data, info } = await image.raw({ depth }).toBuffer({ resolveWithObject: true });
  return { data, samples: info.channels };
}

/** Full scales that writers use. */
const SCALES = [1, 255, 65_535, 4_294_967_295];
/** Filters overshoot a little. */
const OVERSHOOT = 0.05;
/** Of a scale without marks of its own: what stays below is as good as black, and was meant for another scale. */
const LEAST_SHARE = 0.1;

/** Numbers without a full scale of their own. */
async function scaled(image: Sharp, layout: Layout): Promise<{ data: Uint8Array; samples: number }> {
  const { data, info } = await image.raw({ depth: 'float' }).toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const scale = scaleOf(values, layout);
  const result = new Uint16Array(values.length);
  // NaN, which stands for "no value", becomes 0; what is brighter than white is white.
  for (let i = 0; i < values.length; i++)
    result[i] = Math.min(65_535, Math.max(0, Math.round(((values[i] as number) / scale) * 65_535)));
  // libvips does it for unsigned numbers.
  if (layout.isInverted && !layout.isUnsigned)
    for (let i = 0; i < result.length; i += info.channels) result[i] = 65_535 - (result[i] as number);
  return { data: new Uint8Array(result.buffer), samples: info.channels };
}

/** The number that is white: the smallest usual one that they fit in. @throws ItemError UNSUPPORTED_FORMAT */
function scaleOf(values: Float32Array, { isFloat, bits, isUnsigned }: Layout): number {
  if (bits === 8) return 127;
  let [least, most, lit, belowOne] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (value > 0) lit++;
    if (value > 0 && value <= 1) belowOne++;
  }
  if (most === -Infinity) throw unread('floating-point samples of which none is a number');
  const range = `from ${least.toPrecision(3)} to ${most.toPrecision(3)}`;
  if (!isFloat) {
    const limits = isUnsigned
      ? [255, 65_535, 4_294_967_295]
      : bits === 32
        ? [255, 65_535, 2_147_483_647]
        : [255, 32_767];
    // A float holds the largest number of 32 bits rounded up.
    const scale = limits.find((limit) => most <= limit * (1 + OVERSHOOT)) as number;
    if (least >= -OVERSHOOT * scale) return scale;
    throw unread(`signed numbers ${range}, which say no brightness,`);
  }
  // Of high dynamic range: lights are brighter than white, which viewers cut off.
  const scale = belowOne > lit / 2 ? 1 : SCALES.find((limit) => most <= limit * (1 + OVERSHOOT));
  const isTold = scale !== undefined && least >= -OVERSHOOT * scale && (scale === 1 || most >= LEAST_SHARE * scale);
  if (!isTold) throw unread(`floating-point numbers ${range}, which say no brightness,`);
  return scale;
}

function pick(data: Uint8Array | Uint16Array, samples: number, wanted: readonly number[]): Uint8Array | Uint16Array {
  if (wanted.length === samples) return data;
  const length = (data.length / samples) * wanted.length;
  const result = data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  for (let from = 0, to = 0; from < data.length; from += samples)
    for (const sample of wanted) result[to++] = data[from + sample] as number;
  return result;
}
