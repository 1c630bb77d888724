import { DamagedStoreError, DiskFullError, UnavailableError, WentuError, sentence } from '@wentu/domain';
import { sqliteFault, type SqliteFault } from './sqlite-fault';

/**
 * MySQL error numbers: a disk of the server is full (1021, 1114), or its storage engine got system error 28 (1026,
 * 1030).
 */
const FULL = new Set([1021, 1114]);
const WRITE_FAILED = new Set([1026, 1030]);
/**
 * MySQL error numbers after which a retry may succeed: no free connection (1040, 1203, 1226), server shutting down or
 * statement killed (1053, 1077, 1079, 1317, 1927, 4031), connection errors (1152, 1158 to 1161, 1184), cluster not
 * ready (1047), prepared statement outdated (1615), read-only after a failover (1290, 1836), deadlock or lock wait
 * timeout (1213, 1205).
 */
const RETRYABLE = new Set([
  ...[1040, 1203, 1226, 1053, 1077, 1079, 1317, 1927, 4031, 1152, 1158, 1159, 1160, 1161, 1184],
  ...[1047, 1615, 1290, 1836, 1213, 1205],
]);

/** The text for API clients. It contains no host, database or file of the server. */
export const PUBLIC_MESSAGE = sentence('STORE_UNAVAILABLE');

const FULL_MESSAGE = sentence('STORE_DISK_FULL');

const RESTORE =
  'Stop the server, keep the file, and restore the backup: wentu restore FOLDER --replace (docs/operations.md, "Backup and restore")';

const RESTORE_SERVER =
  'Stop every server, keep the database, create an empty one, name it in DATABASE_URL, and restore the backup: wentu restore FOLDER (docs/operations.md, "Backup and restore")';

const ADVICE: Readonly<Record<Exclude<SqliteFault, 'full'>, string>> = {
  damaged: `the file is damaged. ${RESTORE}`,
  held: 'another program holds the file; wait until it has ended',
  refused: 'the file or its folder is not writable: check their permissions, and how the disk is mounted',
  unknown: 'check its disk, and read the log of the system',
};

/**
 * Converts an error of an engine to an error with a remedy; the error of the engine is its cause. A WentuError is
 * returned unchanged. So is an error that a server reports for a statement, because it is a bug.
 * @param address of a server; undefined for a SQLite file
 */
export function toStoreError(error: unknown, address: string | undefined): unknown {
  if (error instanceof WentuError) return error;
  return address === undefined ? fileError(error, 'the metadata store failed') : serverError(error, address);
}

/**
 * @param what first part of the message
 * @param folder folder of the file: an I/O error on a disk without free space counts as a full disk
 */
export function fileError(error: unknown, what: string, folder?: string): UnavailableError {
  const fault = sqliteFault(error, folder);
  const failure = `${what}: ${messageOf(error)}`;
  return fault === 'full'
    ? new DiskFullError(`${failure}; the disk is full: free some space on the disk of WENTU_DATA_DIR`, {
        cause: error,
        publicMessage: FULL_MESSAGE,
      })
    : new (fault === 'damaged' ? DamagedStoreError : UnavailableError)(`${failure}; ${ADVICE[fault]}`, {
        cause: error,
        publicMessage: PUBLIC_MESSAGE,
      });
}

/** @param what what is damaged, and how */
export function damaged(what: string, where: 'file' | 'server' = 'file'): DamagedStoreError {
  const remedy = where === 'file' ? RESTORE : RESTORE_SERVER;
  return new DamagedStoreError(`${what}. ${remedy}`, { publicMessage: PUBLIC_MESSAGE });
}

function serverError(error: unknown, address: string): unknown {
  const failure = `the metadata store ${address} failed: ${messageOf(error)}`;
  if (isServerFull(error))
    return new DiskFullError(`${failure}; a disk of the database server is full: free some space there`, {
      cause: error,
      publicMessage: FULL_MESSAGE,
    });
  // An error in the statement itself is a bug: the same statement would fail again.
  if (!isRetryable(error)) return error;
  return new UnavailableError(`${failure}; check that the server runs and can be reached`, {
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

/** Whether a retry may succeed, because the server or the connection to it has a problem. */
function isRetryable(error: unknown): boolean {
  const { errno, code, fatal } = driverError(error);
  // Errors of the system and the driver have no ER_ code. A closing pool is recognised only by its message.
  const isStatement = typeof code === 'string' && code.startsWith('ER_');
  return isStatement ? RETRYABLE.has(Number(errno)) : fatal === true || code !== undefined || isClosed(error);
}

function driverError(error: unknown): { errno?: unknown; code?: unknown; fatal?: unknown } {
  return Object((error as { driverError?: unknown }).driverError ?? error) as { errno?: unknown };
}

function isClosed(error: unknown): boolean {
  return (
    error instanceof Error && /pool is closed|connection is in closed state|queue limit reached/i.test(error.message)
  );
}
