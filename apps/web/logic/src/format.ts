/** Three decimals, because neighbouring cosines of Chinese-CLIP differ in the third. */
export function formatScore(value: number): string {
  return value.toFixed(3);
}

/** Bytes in the units of file managers (1 KB = 1,024 bytes). */
export function formatBytes(sizeBytes: number): string {
  const kilobytes = sizeBytes / 1024;
  if (kilobytes < 1) return `${sizeBytes} B`;
  // 1,023.5 KB would round to "1024 KB".
  if (Math.round(kilobytes) < 1024) return `${kilobytes < 10 ? kilobytes.toFixed(1) : Math.round(kilobytes)} KB`;
  const megabytes = kilobytes / 1024;
  return megabytes < 999.95 ? `${megabytes.toFixed(1)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

/** The remaining time of a load, in a readable unit; null while it is unknown. */
export function timeLeft(
  processed: number,
  total: number | null,
  perSecond: number | null,
): { readonly unit: 'seconds' | 'minutes' | 'hours'; readonly value: number } | null {
  if (total === null || !perSecond || processed >= total) return null;
  const seconds = Math.ceil((total - processed) / perSecond);
  if (seconds < 90) return { unit: 'seconds', value: seconds };
  return seconds < 90 * 60
    ? { unit: 'minutes', value: Math.round(seconds / 60) }
    : { unit: 'hours', value: Math.round(seconds / 3600) };
}

export function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** `part` of `whole` in [0, 1]; null while the whole is unknown. */
export function share(part: number, whole: number | null): number | null {
  if (whole === null) return null;
  return whole <= 0 ? 1 : clamp(part / whole, 0, 1);
}

/**
 * Width divided by height of a picture's tile. Extreme shapes are cropped, because all pictures of a row have the same
 * height.
 */
export function tileRatio(width: number, height: number): number {
  const ratio = width / height;
  return Number.isFinite(ratio) && ratio > 0 ? clamp(ratio, 0.6, 2.2) : 1;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
