import { pipeline } from 'node:stream/promises';
import type { App, Config } from '@wentu/composition';
import { InvalidInputError, ItemError, type ByteRange, type ByteStream, type ImageRow } from '@wentu/domain';
import { Gate, type Session } from '@wentu/session';
import type { Request, Response } from 'express';
import { GoneError } from '../graphql/context';
import { ByteCache } from './byte-cache';
import { goneSignal, isClientGone } from './client-gone';
import { safeFileName } from './file-names';
import {
  checkAskedSize,
  MAX_MODERN_PIXELS,
  MAX_MODERN_SIDE,
  servedSize,
  type AskedSize,
  type ServedSize,
} from './picture-size';
import type { SessionOf } from './session-of';

const FOR_EVER = 'private, max-age=31536000, immutable';
/** A revoked key sees pictures that its browser has for so long. */
const PRIVATE = 'private, max-age=3600';
/** Longest side of a stored preview, as a load makes it. */
const PREVIEW_SIDE = 512;
const CACHE_BYTES = 64 * 1024 * 1024;
const MAX_WAITING = 512;
/**
 * An original above one of these limits is large. Large originals have their own queue, which processes few at once.
 */
const [LARGE_BYTES, LARGE_PIXELS] = [4 * 1024 * 1024, 8_000_000];
const [SMALL_AT_ONCE, LARGE_AT_ONCE] = [32, 4];

type Images = Session['images'];

interface Original {
  readonly stream: ByteStream;
  readonly range: ByteRange | null;
}

interface Answer {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  /** Whether the answer never changes. False: the original is missing, and this is the preview. */
  readonly lasting: boolean;
}

/** From the best compression to the widest support. */
const MIME_TYPES = { avif: 'image/avif', webp: 'image/webp', jpeg: 'image/jpeg' };
type Format = keyof typeof MIME_TYPES;

/** Formats that browsers can display. HEIC, TIFF, BMP, JPEG XL, PSD and RAW are converted. */
const SHOWN = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/svg+xml']);

/** The size and format of a picture that is rendered. */
interface Wanted {
  readonly size: ServedSize;
  /** The request has no size, but browsers cannot display the format of the file. */
  readonly isWhole: boolean;
  readonly format: Format;
}

// An SVG can contain scripts. With these headers a browser displays it, but does not run its scripts.
const SAFE = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'X-Content-Type-Options': 'nosniff',
};

/**
 * `/images/<id>?width=&height=`: the original, or the picture at the requested size (see `servedSize`), in AVIF, WebP
 * or JPEG as the client accepts them. A picture that is too long for AVIF and WebP, or has too many pixels, is served
 * as JPEG. An id is one version of one picture, so the answer never changes and may be cached for ever.
 * With `download=1` it is the file itself, as an attachment with its own name.
 */
export function createImageRoute(sessionOf: SessionOf, limits: Config['limits'], pictures: App['pictures']) {
  const resized = new ByteCache<Answer>(CACHE_BYTES);
  const gates = { small: new Gate(SMALL_AT_ONCE, MAX_WAITING), large: new Gate(LARGE_AT_ONCE, MAX_WAITING) };

  return async (request: Request, response: Response): Promise<void> => {
    const { images, principal } = sessionOf(request);
    const isDownload = request.query['download'] === '1';
    const asked = parseSize(request.query);
    if (asked instanceof InvalidInputError) {
      response.status(400).json({ error: asked.message });
      return;
    }
    const row = await images.byId(String(request.params['id']));
    if (!row) {
      response.status(404).json({ error: 'no such image' });
      return;
    }
    // A download is the file itself, also in a format that browsers cannot display.
    const wanted = isDownload ? null : wantedOf(row, asked, request.headers.accept);
    const variant = wanted ? `-w${asked?.width ?? ''}-h${asked?.height ?? ''}-${wanted.format}` : '';
    const etag = `"${row.contentHash.slice(0, 32)}${variant}"`;
    if (wanted) response.vary('Accept');
    if (principal.name !== null) response.vary('Cookie').vary('Authorization');
    const lasting = { ETag: etag, 'Cache-Control': principal.name === null ? FOR_EVER : PRIVATE };
    if (request.headers['if-none-match']?.includes(etag)) {
      response.set(lasting).status(304).end();
      return;
    }
    if (wanted === null) {
      const range = rangeOf(request, row.sizeBytes, etag);
      if (range === 'none') {
        response.set('Content-Range', `bytes */${row.sizeBytes}`).status(416).end();
        return;
      }
      const stream = await images.openOriginal(row, range ?? undefined);
      if (stream) {
        response.set({ ...lasting, 'X-Wentu-Rendition': 'original' });
        if (isDownload) response.attachment(safeFileName(row.imageId, row.mimeType));
        await sendOriginal(response, row, { stream, range });
        return;
      }
    }
    if (isDownload) {
      const error =
        'the original is missing, so there is no file to save; the address without download gives a preview';
      response.set('Cache-Control', 'no-store').status(410).json({ error });
      return;
    }
    const answer = await load(images, row, wanted, etag, goneSignal(response)).catch((error: unknown) => {
      if (error instanceof ItemError) return error;
      if (GoneError.is(error)) return 'gone';
      throw error;
    });
    if (answer === 'gone') return;
    if (answer instanceof ItemError) {
      response.set('Cache-Control', 'no-store').status(422).json({ error: answer.message });
      return;
    }
    if (!answer) {
      const error = 'the original is missing, and there is no preview of it';
      response.set('Cache-Control', 'no-store').status(410).json({ error });
      return;
    }
    response.set(answer.lasting ? lasting : { 'Cache-Control': 'private, max-age=60' });
    response.set('X-Wentu-Rendition', answer.lasting ? 'original' : 'preview');
    response.set({ ...SAFE, 'Content-Type': answer.mimeType, 'Content-Length': String(answer.bytes.length) });
    response.end(answer.bytes);
  };

  /** @returns null when the file itself is served */
  function wantedOf(row: ImageRow, asked: AskedSize | null, accept: string | undefined): Wanted | null {
    if (!asked)
      return SHOWN.has(row.mimeType)
        ? null
        : { size: wholeSize(row), isWhole: true, format: formatOf(wholeSize(row), accept) };
    const size = servedSize({ width: row.width, height: row.height, isVector: isVector(row) }, asked, limits.maxPixels);
    return { size, isWhole: false, format: formatOf(size, accept) };
  }

  async function load(
    images: Images,
    row: ImageRow,
    wanted: Wanted | null,
    key: string,
    signal: AbortSignal,
  ): Promise<Answer | null> {
    if (wanted === null) {
      const preview = await images.preview(row);
      return preview && { bytes: preview, mimeType: 'image/jpeg', lasting: false };
    }
    const cached = resized.get(key);
    if (cached) return cached;
    const isLarge = row.sizeBytes > LARGE_BYTES || row.width * row.height > LARGE_PIXELS;
    const gate = isLarge && !isInPreview(row, wanted) ? gates.large : gates.small;
    const answer = await gate.run(() => resize(images, row, wanted, signal), signal);
    if (answer?.lasting) resized.set(key, answer, answer.bytes.length);
    return answer;
  }

  async function resize(images: Images, row: ImageRow, wanted: Wanted, signal: AbortSignal): Promise<Answer | null> {
    const { size, format } = wanted;
    const mimeType = MIME_TYPES[format];
    const render = async (file: Uint8Array): Promise<Uint8Array> =>
      await pictures.render(file, { ...size, format }, signal);
    const preview = isInPreview(row, wanted) ? await images.preview(row) : null;
    if (preview) return { bytes: await render(preview), mimeType, lasting: true };
    const original = await images.original(row);
    // If a picture is too long for a format, the error is returned. Its preview would be unreadable at that size.
    if (original) return { bytes: await render(original), mimeType, lasting: true };
    const rest = await images.preview(row);
    return rest && { bytes: await render(rest), mimeType, lasting: false };
  }
}

/**
 * Streams as fast as the client reads. If the original cannot be read to its end, the connection is closed, so the
 * answer does not look complete.
 */
async function sendOriginal(response: Response, row: ImageRow, { stream, range }: Original): Promise<void> {
  const { start, end } = range ?? { start: 0, end: row.sizeBytes };
  response.set({
    ...SAFE,
    'Content-Type': row.mimeType,
    'Content-Length': String(end - start),
    'Accept-Ranges': 'bytes',
  });
  if (range) response.set('Content-Range', `bytes ${start}-${end - 1}/${row.sizeBytes}`).status(206);
  if (response.req.method === 'HEAD') {
    stream.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(stream, response);
  } catch (error) {
    if (!isClientGone(error)) throw error;
  }
}

/**
 * @returns null for the whole file, also for several ranges or a range of another version; 'none' for a range outside
 * the file
 */
function rangeOf(request: Request, sizeBytes: number, etag: string): ByteRange | 'none' | null {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etag) return null;
  const ranges = request.range(sizeBytes);
  if (ranges === -1) return 'none';
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return null;
  const [range] = ranges;
  return range ? { start: range.start, end: range.end + 1 } : null;
}

function isInPreview({ width, height }: ImageRow, { isWhole, size }: Wanted): boolean {
  return !isWhole && size.scale <= PREVIEW_SIDE / Math.max(width, height);
}

function isVector({ mimeType }: ImageRow): boolean {
  return mimeType === 'image/svg+xml' || mimeType === 'image/svg+xml-compressed';
}

/** The full size, reduced only to the limits of AVIF and WebP. */
function wholeSize({ width, height }: ImageRow): ServedSize {
  const scale = Math.min(1, MAX_MODERN_SIDE / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height), scale, isCut: false };
}

function formatOf({ width, height }: ServedSize, accept: string | undefined): Format {
  const isLarge = Math.max(width, height) > MAX_MODERN_SIDE || width * height > MAX_MODERN_PIXELS;
  return isLarge ? 'jpeg' : formatFor(accept);
}

/** AVIF for clients that name it, WebP for clients that accept any image, JPEG for the others. */
function formatFor(accept = '*/*'): Format {
  if (accept.includes('image/avif')) return 'avif';
  return /image\/webp|image\/\*|\*\/\*/.test(accept) ? 'webp' : 'jpeg';
}

/** @returns null when no size is requested */
function parseSize({ width, height }: Request['query']): AskedSize | InvalidInputError | null {
  if (width === undefined && height === undefined) return null;
  const parse = (value: unknown): number | undefined => {
    if (value === undefined) return undefined;
    return typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  };
  try {
    return checkAskedSize({ width: parse(width), height: parse(height) });
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}
