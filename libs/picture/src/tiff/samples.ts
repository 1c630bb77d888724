import sharp, { type Sharp } from 'sharp';
import { decodeError } from '../errors';
import { failOnOf } from './check-directory';
import { sizeOf } from './choose-directory';
import type { TiffDirectory } from './directories';
import { layoutOf, unsupported, type Layout } from './sample-layout';
import type { RawPicture } from './wrap-as-tiff';

/**
 * Reads the colours, and alpha if present, as 8 or 16 bits. Masks and other extra channels are dropped.
 * @throws ItemError
 */
export async function readSamples(input: Uint8Array, directory: TiffDirectory): Promise<RawPicture> {
  const layout = layoutOf(directory) as Layout;
  const { colours, channels, alpha, bits, isUnsigned } = layout;
  try {
    const options = { failOn: failOnOf(directory), limitInputPixels: false, limitInputChannels: false } as const;
    const { icc, orientation = 1, space } = await sharp(input, options).metadata();
    // libvips must not convert the colours, because it may assume a wrong colour space. But sharp drops the extra
    // channels of 8-bit grey, so grey is read as RGB, whose first channel is used.
    const isGreyAsRgb = space === 'b-w' && isUnsigned && bits <= 8;
    const image = sharp(input, { ...options, ignoreIcc: true })
      .pipelineColourspace(isGreyAsRgb ? 'srgb' : space)
      .toColourspace(isGreyAsRgb ? 'srgb' : space);
    const wanted = [...Array(channels).keys(), ...(alpha === null ? [] : [alpha + (isGreyAsRgb ? 2 : 0)])];
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

/** The values of white that writers use (full scale). */
const SCALES = [1, 255, 65_535, 4_294_967_295];
/** Filters exceed the full scale by up to this share. */
const OVERSHOOT = 0.05;
/**
 * The maximum must reach this share of the full scale. A picture with a lower maximum would be almost black: its full
 * scale is another one.
 */
const LEAST_SHARE = 0.1;

/** Converts numbers without a fixed full scale to 16 bits. */
async function scaled(image: Sharp, layout: Layout): Promise<{ data: Uint8Array; samples: number }> {
  const { data, info } = await image.raw({ depth: 'float' }).toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const scale = scaleOf(values, layout);
  const result = new Uint16Array(values.length);
  // NaN, which means "no value", becomes 0. Values above white are clipped.
  for (let i = 0; i < values.length; i++)
    result[i] = Math.min(65_535, Math.max(0, Math.round(((values[i] as number) / scale) * 65_535)));
  // libvips inverts unsigned numbers itself.
  if (layout.isInverted && !layout.isUnsigned)
    for (let i = 0; i < result.length; i += info.channels) result[i] = 65_535 - (result[i] as number);
  return { data: new Uint8Array(result.buffer), samples: info.channels };
}

/** The value of white: the smallest usual full scale that contains all numbers. @throws ItemError UNSUPPORTED_FORMAT */
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
  if (most === -Infinity) throw unsupported('floating-point samples that are all NaN or infinite');
  const range = `from ${least.toPrecision(3)} to ${most.toPrecision(3)}`;
  if (!isFloat) {
    const limits = isUnsigned
      ? [255, 65_535, 4_294_967_295]
      : bits === 32
        ? [255, 65_535, 2_147_483_647]
        : [255, 32_767];
    // Float32 rounds the largest 32-bit number up.
    const scale = limits.find((limit) => most <= limit * (1 + OVERSHOOT)) as number;
    if (least >= -OVERSHOOT * scale) return scale;
    throw unsupported(`signed numbers ${range}, whose full scale is unknown,`);
  }
  // High dynamic range: lights are brighter than white, and viewers clip them.
  const scale = belowOne > lit / 2 ? 1 : SCALES.find((limit) => most <= limit * (1 + OVERSHOOT));
  const isKnown = scale !== undefined && least >= -OVERSHOOT * scale && (scale === 1 || most >= LEAST_SHARE * scale);
  if (!isKnown) throw unsupported(`floating-point numbers ${range}, whose full scale is unknown,`);
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
