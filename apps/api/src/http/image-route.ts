import type { ImageRow } from '@wentu/domain';
import type { App } from '@wentu/composition';
import type { Request, Response } from 'express';
import type { Sharp } from 'sharp';
import { parseId } from '../graphql/context';
import { ByteCache } from './byte-cache';
import { DisplayedPictures, isShownByBrowsers } from './displayed-picture';
import { Gate } from './gate';

/** Widest resized picture, in pixels. */
export const MAX_WIDTH = 2_048;
/** Longest side of a stored preview: what a loader makes. */
const PREVIEW_SIDE = 512;
const CACHE_BYTES = 64 * 1024 * 1024;
const MAX_WAITING = 512;

interface Answer {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  /** False when the original is gone and this is what is left. */
  readonly lasting: boolean;
}

/** Best first. At its lowest effort AVIF takes no longer than WebP, and is a quarter smaller. */
const FORMATS = {
  avif: { mimeType: 'image/avif', encode: (picture: Sharp) => picture.avif({ quality: 55, effort: 0 }) },
  webp: { mimeType: 'image/webp', encode: (picture: Sharp) => picture.webp({ quality: 82 }) },
  jpeg: {
    mimeType: 'image/jpeg',
    encode: (picture: Sharp) => picture.flatten({ background: '#fff' }).jpeg({ quality: 82 }),
  },
};
type Format = keyof typeof FORMATS;

/**
 * `/images/<id>?width=`: the original, or a picture no wider than asked, in AVIF, WebP or JPEG as the client takes them. An id is one version of one picture, so the answer
 * never changes and may be cached for ever.
 */
export function createImageRoute(app: App, concurrency: number) {
  const resized = new ByteCache<Answer>(CACHE_BYTES);
  const gate = new Gate(concurrency, MAX_WAITING);
  const displayed = new DisplayedPictures(app.config.limits);

  return async (request: Request, response: Response): Promise<void> => {
    const id = parseId(String(request.params['id']));
    const width = parseWidth(request.query['width']);
    if (Number.isNaN(width)) {
      response
        .status(400)
        .json({ error: `width is ${JSON.stringify(request.query['width'])}; give 1 to ${MAX_WIDTH} pixels` });
      return;
    }
    const [row] = Number.isNaN(id) ? [] : await app.reader.getImages([id]);
    if (!row || row.state === 'PENDING') {
      response.status(404).json({ error: 'no such image' });
      return;
    }
    const format = formatFor(request.headers.accept);
    // Without a width the file itself is served, unless browsers do not show it.
    const isMade = width !== null || !isShownByBrowsers(row.mimeType);
    const etag = `"${row.contentHash.slice(0, 32)}${isMade ? `-w${width ?? ''}-${format}` : ''}"`;
    if (isMade) response.vary('Accept');
    const lasting = { ETag: etag, 'Cache-Control': 'public, max-age=31536000, immutable' };
    if (request.headers['if-none-match']?.includes(etag)) {
      response.set(lasting).status(304).end();
      return;
    }
    const answer = await load(row, width, format, etag);
    if (!answer) {
      const error = 'the original is gone, and there is no preview of it';
      response.set('Cache-Control', 'no-store').status(410).json({ error });
      return;
    }
    response.set(answer.lasting ? lasting : { 'Cache-Control': 'public, max-age=60' });
    // An SVG is a document that can carry scripts: it may be shown, never run.
    response.set({
      'Content-Type': answer.mimeType,
      'Content-Length': String(answer.bytes.length),
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end(answer.bytes);
  };

  async function load(row: ImageRow, width: number | null, format: Format, key: string): Promise<Answer | null> {
    if (width === null && isShownByBrowsers(row.mimeType)) {
      const bytes = await app.originals.read(row);
      if (bytes) return { bytes, mimeType: row.mimeType, lasting: true };
      const preview = await app.reader.readPreview(row.id);
      return preview && { bytes: preview, mimeType: 'image/jpeg', lasting: false };
    }
    const cached = resized.get(key);
    if (cached) return cached;
    const answer = await gate.run(() => resize(row, width, format));
    if (answer?.lasting) resized.set(key, answer, answer.bytes.length);
    return answer;
  }

  async function resize(row: ImageRow, width: number | null, format: Format): Promise<Answer | null> {
    const { mimeType } = FORMATS[format];
    const shrink = (bytes: Uint8Array): Promise<Uint8Array> => encode(bytes, row, width, format);
    const previewWidth = Math.round(row.width * Math.min(1, PREVIEW_SIDE / Math.max(row.width, row.height)));
    const preview = width !== null && width <= previewWidth ? await app.reader.readPreview(row.id) : null;
    if (preview) return { bytes: await shrink(preview), mimeType, lasting: true };
    const original = await app.originals.read(row);
    const resizedOriginal = original && (await shrink(original).catch(() => null));
    if (resizedOriginal) return { bytes: resizedOriginal, mimeType, lasting: true };
    const rest = await app.reader.readPreview(row.id);
    return rest && { bytes: await shrink(rest), mimeType, lasting: false };
  }

  async function encode(bytes: Uint8Array, row: ImageRow, width: number | null, format: Format): Promise<Uint8Array> {
    const picture =
      width === null
        ? await displayed.openWhole(bytes)
        : (await displayed.open(bytes, width / row.width)).resize({ width, withoutEnlargement: true });
    return await FORMATS[format].encode(picture).toBuffer();
  }
}

/** AVIF for those that name it, WebP for those that take anything, JPEG for the rest. */
function formatFor(accept = '*/*'): Format {
  if (accept.includes('image/avif')) return 'avif';
  return /image\/webp|image\/\*|\*\/\*/.test(accept) ? 'webp' : 'jpeg';
}

function parseWidth(value: unknown): number | null {
  if (value === undefined) return null;
  const width = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  return width >= 1 && width <= MAX_WIDTH ? width : Number.NaN;
}
