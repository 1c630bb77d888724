import { isLoopback, type Config } from '@wentu/composition';
import { InvalidInputError, WentuError } from '@wentu/domain';
import type { Logger } from 'pino';
import type { Authenticator } from './authenticator';

/**
 * Refuses to serve other machines when no client could prove who it is.
 * @throws InvalidInputError with the remedy
 */
export async function checkStart(
  { host, access }: Pick<Config, 'host' | 'access'>,
  authenticator: Pick<Authenticator, 'hasWays'>,
  log: Logger,
): Promise<void> {
  if (isLoopback(host) || access.anonymous === 'read') return;
  try {
    if (await authenticator.hasWays()) return;
  } catch (error) {
    if (!(error instanceof WentuError && error.code === 'UNAVAILABLE')) throw error;
    log.warn('the keys cannot be read yet; until then all requests are refused');
    return;
  }
  throw new InvalidInputError(
    `HOST is ${host}, which other machines can reach, and there are no keys. Make one with: wentu key create NAME --role admin ` +
      '(it is shown once; it needs the same WENTU_DATA_DIR and DATABASE_URL), or set WENTU_ADMIN_KEY. ' +
      'To let everybody search without a key, set WENTU_ALLOW_ANONYMOUS=read. To serve this machine only, set HOST=127.0.0.1',
  );
}
