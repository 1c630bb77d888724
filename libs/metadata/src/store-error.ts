import { UnavailableError, WentuError } from '@wentu/domain';

/**
 * Of MySQL: no connection left (1040, 1203, 1226), going down or killed (1053, 1077, 1079, 1317, 1927, 4031), the line (1152, 1158 to 1161, 1184),
 * a cluster that is not ready (1047), a plan that has to be made again (1615), disk full (1021, 1114), read-only after a failover (1290, 1836), a deadlock or a
 * lock that was waited for too long (1213, 1205).
 */
const AWAY = new Set([
  ...[1040, 1203, 1226, 1053, 1077, 1079, 1317, 1927, 4031, 1152, 1158, 1159, 1160, 1161, 1184],
  ...[1047, 1615, 1021, 1114, 1290, 1836, 1213, 1205],
]);

/**
 * What an engine throws as an error that says what to do, with the engine's as its cause. Ours, and what a server says of a statement, which is a bug, pass through.
 * @param address of a server; none: it is a file
 */
export function toStoreError(error: unknown, address: string | undefined): unknown {
  // What a server says of the statement itself is a bug: the same again would fail again.
  if (error instanceof WentuError || (address !== undefined && !isAway(error))) return error;
  const message = error instanceof Error ? error.message || error.name : String(error);
  const what =
    address === undefined
      ? `the metadata store did not do it: ${message}; see that its disk is not full and that nothing else holds it`
      : `the metadata store ${address} did not do it: ${message}; see that the server runs and can be reached`;
  return new UnavailableError(what, { cause: error });
}

/** Whether the same may work later: the server, or the way to it, is not as it should be. */
function isAway(error: unknown): boolean {
  const { errno, code, fatal } = Object((error as { driverError?: unknown }).driverError ?? error) as {
    errno?: unknown;
    code?: unknown;
    fatal?: unknown;
  };
  // Those of the system and of the driver have no SQL state; a pool that is being closed says so in words alone.
  const isStatement = typeof code === 'string' && code.startsWith('ER_');
  return isStatement ? AWAY.has(Number(errno)) : fatal === true || code !== undefined || isClosed(error);
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof Error && /pool is closed|connection is in closed state|queue limit reached/i.test(error.message)
  );
}
