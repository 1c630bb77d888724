import { NotFoundError, UnavailableError } from '@wentu/domain';

/** The `status` of every answer; some calls answer with nothing else. */
export interface MilvusStatus {
  readonly error_code: string | number;
  readonly code?: number;
  readonly reason?: string;
  readonly retriable?: boolean;
}

/** What the server said instead of doing it. */
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

/** What API clients read: nothing of where the server is, nor what it says. */
export const PUBLIC_MESSAGE =
  "the vector store (VECTOR_STORE) does not do it now; try again, and see the server's log when it stays so";

/** For messages. */
export interface CallNames {
  readonly address: string;
  readonly method: string;
  readonly index: string;
}

export interface Failure {
  readonly error: Error;
  /** The same request may succeed in a moment. All requests of the store may be repeated. */
  readonly retryable: boolean;
}

// @grpc/grpc-js's status.
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
// A connection that is reset is INTERNAL to grpc-js.
const GRPC_PASSING: readonly number[] = [
  GRPC.cancelled, GRPC.resourceExhausted, GRPC.aborted, GRPC.internal, GRPC.unavailable,
]; // prettier-ignore
// Said by grpc-js itself, also as INTERNAL.
const GRPC_BUG = /^(Request message serialization failure|Response message parsing error|Error serializing)/;

// Milvus's codes since 2.3 (pkg/util/merr) and the names of the older enum that travel beside them.
const COLLECTION_NOT_FOUND = 100;
const NOT_LOADED = [101, 103];
const DATABASE_NOT_FOUND = 800;
/** What 2.3 says where it has no code for it. */
const NO_DATABASE = /\bdatabase\b.* not found/i;
const NO_ACCESS = [1400, 1401];
/** Replica, channel, segment or node that is moving; a start, a failover or a rebalance. */
const MOVING = [401, 500, 501, 503, 600, 601, 602, 901, 902, 903, 904];
const BUSY_NAMES = [
  'RateLimit', 'ForceDeny', 'MemoryQuotaExhausted', 'DiskQuotaExhausted', 'TimeTickLongDelay', 'NotReadyServe',
  'NotReadyCoordActivating', 'NotShardLeader', 'NoReplicaAvailable', 'DataCoordNA',
]; // prettier-ignore
const NO_ACCESS_NAMES = ['PermissionDenied', 'GetUserFailure'];

/**
 * The one look at every answer: an error *resolves* with a status, and either of its two codes may be the one that says
 * so.
 * @throws MilvusRefusal
 */
export function checkResponse(response: unknown): void {
  const status = statusOf(response);
  if (!status) throw new MilvusRefusal('none', -1, false, 'an answer without a status');
  const { error_code: name, code = 0 } = status;
  if ((name === 'Success' || name === 0 || name === '') && code === 0) return;
  throw new MilvusRefusal(String(name), code, status.retriable === true, status.reason ?? '');
}

/** What a failed request means to the store's caller; the engine's words go along as cause. */
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
    return unavailable(`Milvus at ${address} lacks the database that is set; create it there`, cause, false);
  }
  if (NO_ACCESS.includes(code) || NO_ACCESS_NAMES.includes(errorCode)) return noAccess(cause, names);
  if (cause.retriable || MOVING.includes(code) || BUSY_NAMES.includes(errorCode)) {
    return unavailable(`Milvus at ${address} cannot do ${names.method} now (${cause.message}); try again later`, cause);
  }
  return bug(cause, names);
}

function grpcFailure(cause: Error, code: number, names: CallNames): Failure {
  const { address, method } = names;
  const details = (cause as { details?: string }).details ?? cause.message;
  if (code === GRPC.deadlineExceeded) {
    return unavailable(`Milvus at ${address} did not answer ${method} in time; see that it runs`, cause, false);
  }
  if (code === GRPC.unauthenticated || code === GRPC.permissionDenied) return noAccess(cause, names);
  if (code === GRPC.unimplemented) {
    return unavailable(
      `what answers at ${address} does not know ${method}; see that MILVUS_ADDRESS is a Milvus of 2.3 or newer`,
      cause,
      false,
    );
  }
  if (GRPC_PASSING.includes(code) && !GRPC_BUG.test(details)) {
    return unavailable(`Milvus at ${address} cannot be reached (${details}); see that it runs`, cause);
  }
  return bug(cause, names);
}

export function unknownIndex(index: string, cause?: Error): NotFoundError {
  return new NotFoundError(`there is no index '${index}'; make it with ensure first`, cause && { cause });
}

function noAccess(cause: Error, { address }: CallNames): Failure {
  return unavailable(
    `Milvus at ${address} does not let this user in (${cause.message}); set MILVUS_TOKEN to USER:PASSWORD or an API key with access`,
    cause,
    false,
  );
}

function unavailable(message: string, cause: Error, retryable = true): Failure {
  return { error: new UnavailableError(message, { cause, publicMessage: PUBLIC_MESSAGE }), retryable };
}

function bug(cause: Error, { method, index }: CallNames): Failure {
  return {
    error: new Error(`Milvus failed at ${method} of index '${index}': ${cause.message}`, { cause }),
    retryable: false,
  };
}

/** The SDK throws an answer's bare status at times. */
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
