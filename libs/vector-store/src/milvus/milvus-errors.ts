import { NotFoundError, UnavailableError, sentence } from '@wentu/domain';

/** The `status` of every answer; some answers have no other content. */
export interface MilvusStatus {
  readonly error_code: string | number;
  readonly code?: number;
  readonly reason?: string;
  readonly retriable?: boolean;
}

/** An error status from the server. */
export class MilvusRefusal extends Error {
  constructor(
    readonly errorCode: string,
    readonly code: number,
    readonly retriable: boolean,
    reason: string,
  ) {
    super(`${errorCode} (${code}): ${reason}`);
    this.name = 'MilvusRefusal';
  }
}

/** The message for API clients. It contains neither the address of the server nor its message. */
export const PUBLIC_MESSAGE = sentence('INDEX_UNAVAILABLE');

/** The names in error messages. */
export interface CallNames {
  readonly address: string;
  readonly method: string;
  readonly index: string;
}

export interface Failure {
  readonly error: Error;
  /** Whether the same request may succeed later. All requests of the store are idempotent. */
  readonly retryable: boolean;
}

// Status codes of @grpc/grpc-js.
const GRPC = {
  cancelled: 1,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;
// Temporary failures. grpc-js reports a reset connection as INTERNAL.
const GRPC_TEMPORARY: readonly number[] = [
  GRPC.cancelled, GRPC.resourceExhausted, GRPC.aborted, GRPC.internal, GRPC.unavailable,
]; // prettier-ignore
// Errors of grpc-js itself, which are INTERNAL too.
const GRPC_BUG = /^(Request message serialization failure|Response message parsing error|Error serializing)/;

// Codes of Milvus since 2.3 (pkg/util/merr), and names of the older enum that the answers also contain.
const COLLECTION_NOT_FOUND = 100;
const NOT_LOADED = [101, 103];
const DATABASE_NOT_FOUND = 800;
/** The message of 2.3 in answers without a code for this. */
const NO_DATABASE = /\bdatabase\b.* not found/i;
const NO_ACCESS = [1400, 1401];
/** A replica, channel, segment or node is moving: at a start, a failover or a rebalance. */
const MOVING = [401, 500, 501, 503, 600, 601, 602, 901, 902, 903, 904];
const BUSY_NAMES = [
  'RateLimit', 'ForceDeny', 'MemoryQuotaExhausted', 'DiskQuotaExhausted', 'TimeTickLongDelay', 'NotReadyServe',
  'NotReadyCoordActivating', 'NotShardLeader', 'NoReplicaAvailable', 'DataCoordNA',
]; // prettier-ignore
const NO_ACCESS_NAMES = ['PermissionDenied', 'GetUserFailure'];

/**
 * Checks the status of every answer. For an error, the call *resolves* with a status, and either of its two codes may
 * contain the error.
 * @throws MilvusRefusal
 */
export function checkResponse(response: unknown): void {
  const status = statusOf(response);
  if (!status) throw new MilvusRefusal('none', -1, false, 'an answer without a status');
  const { error_code: name, code = 0 } = status;
  if ((name === 'Success' || name === 0 || name === '') && code === 0) return;
  throw new MilvusRefusal(String(name), code, status.retriable === true, status.reason ?? '');
}

/** Translates a failed request for the caller of the store. The cause is the error of the engine. */
export function failureOf(thrown: unknown, names: CallNames): Failure {
  const cause = asError(thrown);
  if (cause instanceof MilvusRefusal) return refusalFailure(cause, names);
  const code: unknown = (cause as { code?: unknown }).code;
  return typeof code === 'number' ? grpcFailure(cause, code, names) : bug(cause, names);
}

export function isDeadline(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | null)?.code === GRPC.deadlineExceeded;
}

function refusalFailure(cause: MilvusRefusal, names: CallNames): Failure {
  const { code, errorCode } = cause;
  const { address, index } = names;
  if (code === COLLECTION_NOT_FOUND || errorCode === 'CollectionNotExists') {
    return { error: unknownIndex(index, cause), retryable: false };
  }
  if (NOT_LOADED.includes(code)) {
    return unavailable(
      `index '${index}' is not loaded in Milvus at ${address}; wait, or load it with \`wentu repair\``,
      cause,
    );
  }
  if (code === DATABASE_NOT_FOUND || NO_DATABASE.test(cause.message)) {
    return unavailable(`the configured database does not exist in Milvus at ${address}; create it there`, cause, false);
  }
  if (NO_ACCESS.includes(code) || NO_ACCESS_NAMES.includes(errorCode)) return noAccess(cause, names);
  if (cause.retriable || MOVING.includes(code) || BUSY_NAMES.includes(errorCode)) {
    return unavailable(
      `Milvus at ${address} cannot execute ${names.method} now (${cause.message}); try again later`,
      cause,
    );
  }
  return bug(cause, names);
}

function grpcFailure(cause: Error, code: number, names: CallNames): Failure {
  const { address, method } = names;
  const details = (cause as { details?: string }).details ?? cause.message;
  if (code === GRPC.deadlineExceeded) {
    return unavailable(`Milvus at ${address} did not answer ${method} in time; check that it is running`, cause, false);
  }
  if (code === GRPC.unauthenticated || code === GRPC.permissionDenied) return noAccess(cause, names);
  if (code === GRPC.unimplemented) {
    return unavailable(
      `the server at ${address} does not support ${method}; check that MILVUS_ADDRESS is a Milvus server of version 2.3 or newer`,
      cause,
      false,
    );
  }
  if (GRPC_TEMPORARY.includes(code) && !GRPC_BUG.test(details)) {
    return unavailable(`Milvus at ${address} cannot be reached (${details}); check that it is running`, cause);
  }
  return bug(cause, names);
}

export function unknownIndex(index: string, cause?: Error): NotFoundError {
  return new NotFoundError(`there is no index '${index}'; create it with ensure first`, cause && { cause });
}

function noAccess(cause: Error, { address }: CallNames): Failure {
  return unavailable(
    `Milvus at ${address} refuses the credentials (${cause.message}); set MILVUS_TOKEN to USER:PASSWORD or to an API key with access`,
    cause,
    false,
  );
}

function unavailable(message: string, cause: Error, retryable = true): Failure {
  return { error: new UnavailableError(message, { cause, publicMessage: PUBLIC_MESSAGE }), retryable };
}

function bug(cause: Error, { method, index }: CallNames): Failure {
  return {
    error: new Error(`Milvus failed in ${method} of index '${index}': ${cause.message}`, { cause }),
    retryable: false,
  };
}

/** Some calls of the SDK throw the bare status of an answer. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  try {
    checkResponse(thrown);
  } catch (error) {
    if (error instanceof MilvusRefusal) return error;
  }
  return new Error(String(thrown));
}

function statusOf(response: unknown): MilvusStatus | null {
  if (typeof response !== 'object' || response === null) return null;
  const { status = response } = response as { status?: unknown };
  return typeof status === 'object' && status !== null && 'error_code' in status ? (status as MilvusStatus) : null;
}
