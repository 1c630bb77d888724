import { asBuffer } from './jpeg';

export const SIGNATURE_BYTES = 8;

/** Whether a PNG is animated: its `acTL` chunk precedes the first `IDAT` chunk (PNG, third edition). */
export function isAnimatedPng(file: Uint8Array): boolean {
  const bytes = asBuffer(file);
  const at = bytes.indexOf('acTL', SIGNATURE_BYTES, 'latin1');
  return at > 0 && at < bytes.indexOf('IDAT', SIGNATURE_BYTES, 'latin1');
}

/** The size in the header chunk; zeros when the file ends before it. */
export function pngSize(file: Uint8Array): { width: number; height: number } {
  const bytes = asBuffer(file);
  if (bytes.length < 24) return { width: 0, height: 0 };
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
