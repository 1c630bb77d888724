const CODES = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNABORTED',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/**
 * What writing to, or reading from, a client that has left fails with. Stores wrap such errors of their own
 * connections.
 */
export function isClientGone(error: unknown): boolean {
  return CODES.has(String((Object(error) as { code?: unknown }).code));
}
