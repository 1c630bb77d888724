import { DiskFullError, UnavailableError, WentuError } from '@wentu/domain';
import { sqliteFault, type SqliteFault } from './sqlite-fault';

/**
 * Of MySQL: a disk of the server is full (1021, 1114), or its storage engine met the system's error 28 (1026, 1030).
 */
const FULL = new Set([1021, 1114]);
const WRITE_FAILED = new Set([1026, 1030]);
/**
 * Of MySQL: no connection left (1040, 1203, 1226), going down or killed (1053, 1077, 1079, 1317, 1927, 4031), the line
 * (1152, 1158 to 1161, 1184), a cluster that is not ready (1047), a plan that has to be made again (1615), read-only
 * after a failover (1290, 1836), a deadlock or a lock that was waited for too long (1213, 1205).
 */
const AWAY = new Set([
  ...[1040, 1203, 1226, 1053, 1077, 1079, 1317, 1927, 4031, 1152, 1158, 1159, 1160, 1161, 1184],
  ...[1047, 1615, 1290, 1836, 1213, 1205],
]);

/** What API clients read: nothing of the server's host, its database or its files. */
export const PUBLIC_MESSAGE =
  "the metadata store (DATABASE_URL) does not do it now; try again, and see the server's log when it stays so";

const FULL_MESSAGE = "the disk of the metadata store is full: free some space there; the server's log says which one";

const ADVICE: Readonly<Record<Exclude<SqliteFault, 'full'>, string>> = {
  damaged:
    'the file is damaged: stop the server, keep the file, and restore the backup (docs/operations.md, "Backup and restore")',
  held: 'another program holds the file; wait until it has ended',
  refused: 'the file or its folder may not be written: look at their permissions, and at how the disk is mounted',
  unknown: 'look at its disk, and into the system’s log',
};

/**
 * What an engine throws as an error that says what to do, with the engine's as its cause. Ours, and what a server says
 * of a statement, which is a bug, pass through.
 * @param address of a server; none: it is a file
 */
export function toStoreError(error: unknown, address: string | undefined): unknown {
  if (error instanceof WentuError) return error;
  return address === undefined ? fileError(error, 'the metadata store did not do it') : serverError(error, address);
}

/** @param what begins the message @param folder of the file: an I/O error on a disk without room is a full disk */
export function fileError(error: unknown, what: string, folder?: string): UnavailableError {
  const fault = sqliteFault(error, folder);
  const said = `${what}: ${messageOf(error)}`;
  return fault === 'full'
    ? new DiskFullError(`${said}; the disk is full: free some space on the disk of WENTU_DATA_DIR`, {
        cause: error,
        publicMessage: FULL_MESSAGE,
      })
    : new UnavailableError(`${said}; ${ADVICE[fault]}`, { cause: error, publicMessage: PUBLIC_MESSAGE });
}

function serverError(error: unknown, address: string): unknown {
  const said = `the metadata store ${address} did not do it: ${messageOf(error)}`;
  if (isServerFull(error))
    return new DiskFullError(`${said}; a disk of the database server is full: free some space there`, {
      cause: error,
      publicMessage: FULL_MESSAGE,
    });
  // What a server says of the statement itself is a bug: the same again would fail again.
  if (!isAway(error)) return error;
  return new UnavailableError(`${said}; see that the server runs and can be reached`, {
    cause: error,
    publicMessage: PUBLIC_MESSAGE,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

function isServerFull(error: unknown): boolean {
  const { errno } = driverError(error);
  return FULL.has(Number(errno)) || (WRITE_FAILED.has(Number(errno)) && /\b28\b/.test(messageOf(error)));
}

/** Whether the same may work later: the server, or the way to it, is not as it should be. */
function isAway(error: unknown): boolean {
  const { errno, code, fatal } = driverError(error);
  // Those of the system and of the driver have no SQL state; a pool that is being closed says so in words alone.
  const isStatement = typeof code === 'string' && code.startsWith('ER_');
  return isStatement ? AWAY.has(Number(errno)) : fatal === true || code !== undefined || isClosed(error);
}

function driverError(error: unknown): { errno?: unknown; code?: unknown; fatal?: unknown } {
  return Object((error as { driverError?: unknown }).driverError ?? error) as { errno?: unknown };
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof Error && /pool is closed|connection is in closed state|queue limit reached/i.test(error.message)
  );
}
