import { createHmac, timingSafeEqual } from 'node:crypto';

/** A signed address is valid for 12 to 24 hours, and equal within 12 hours, so that browsers can cache the picture. */
const STEP_MS = 12 * 3_600_000;

/** Who signs the addresses of pictures. */
export interface Signer {
  readonly keyId: number;
  readonly keySecret: string;
}

/** Parameters for `/images/<id>`, in any size: a page can show the picture without the key until they expire. */
export function signImage({ keyId, keySecret }: Signer, imageId: string, now = Date.now()): URLSearchParams {
  const expires = (Math.floor(now / STEP_MS) + 2) * STEP_MS;
  const signature = sign(keySecret, imageId, expires);
  return new URLSearchParams({ key: String(keyId), expires: String(expires / 1_000), signature });
}

/** The id of the key that signed the address; null for an address without a signature, or one that has expired. */
export function signerOf(query: URLSearchParams, now = Date.now()): number | null {
  const [key = '', expires = ''] = [query.get('key') ?? '', query.get('expires') ?? ''];
  if (!/^\d{1,16}$/.test(key) || !/^\d{1,12}$/.test(expires) || !query.has('signature')) return null;
  return Number(expires) * 1_000 > now ? Number(key) : null;
}

/** Whether the key with this secret signed the address of the image. */
export function isSigned(keySecret: string, imageId: string, query: URLSearchParams): boolean {
  const expected = Buffer.from(sign(keySecret, imageId, Number(query.get('expires')) * 1_000));
  const given = Buffer.from(query.get('signature') ?? '');
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function sign(keySecret: string, imageId: string, expires: number): string {
  return createHmac('sha256', keySecret).update(`image ${imageId} ${expires}`).digest('base64url').slice(0, 32);
}
