import { readMessage, type FailureDetail, type Sentence } from './sentence';

/**
 * Stable codes of failures that a caller can act on. Any other error is a bug, and clients get INTERNAL for it.
 * docs/errors.md lists all codes in this order; a test compares.
 */
export const WENTU_ERROR_CODES = [
  'INVALID_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'UNAVAILABLE',
  'INDEX_MISMATCH',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
] as const;
export type WentuErrorCode = (typeof WENTU_ERROR_CODES)[number];

export interface WentuErrorOptions extends ErrorOptions {
  /**
   * API clients read this text instead of the message. It is for messages that contain a host, an address or a path of
   * the server.
   */
  readonly publicMessage?: string | Sentence;
  /** The key and the values of the message, if it comes from another thread or process as a text. */
  readonly detail?: FailureDetail | null;
}

/** A failure with a stable code; its message says what is wrong, with which value, and what to do next. */
export class WentuError extends Error {
  /** The text for API clients. It is the message, unless the message is for the operator only. */
  readonly publicMessage: string;
  /** The key and the values of the public message; null: it is not in the table MESSAGES. */
  readonly detail: FailureDetail | null;

  constructor(
    readonly code: WentuErrorCode,
    message: string | Sentence,
    options?: WentuErrorOptions,
  ) {
    super(readMessage(message).text, options);
    this.name = new.target.name;
    const { text, detail } = readMessage(options?.publicMessage ?? message);
    this.publicMessage = text;
    this.detail = detail ?? options?.detail ?? null;
  }
}

export class InvalidInputError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('INVALID_INPUT', message, options);
  }
}

export class NotFoundError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('NOT_FOUND', message, options);
  }
}

export class ConflictError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('CONFLICT', message, options);
  }
}

/** A store or model does not answer; the same call may succeed later. */
export class UnavailableError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('UNAVAILABLE', message, options);
  }
}

/** The stored data is damaged. A retry does not help: the store has to be restored. */
export class DamagedStoreError extends UnavailableError {}

/** Compares the name, because an error from another thread loses its class. */
export function isDamaged(error: unknown): boolean {
  return error instanceof Error && error.name === DamagedStoreError.name;
}

/** The disk is full. The same call succeeds when there is free space. */
export class DiskFullError extends UnavailableError {}

/**
 * Whether the error says that a disk is full. It compares the name, because an error from another thread loses its
 * class.
 */
export function isDiskFull(error: unknown): boolean {
  return error instanceof WentuError && error.name === 'DiskFullError';
}

/** A call combined vectors of different embedding spaces. */
export class IndexMismatchError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('INDEX_MISMATCH', message, options);
  }
}

export class ForbiddenError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('FORBIDDEN', message, options);
  }
}

export class LimitExceededError extends WentuError {
  constructor(message: string | Sentence, options?: WentuErrorOptions) {
    super('LIMIT_EXCEEDED', message, options);
  }
}

/** A client has sent too many requests in a minute; the same request succeeds later. */
export class RateLimitedError extends WentuError {
  /** @param retryAfterS seconds after which the client may ask again */
  constructor(
    message: string | Sentence,
    readonly retryAfterS: number,
  ) {
    super('RATE_LIMITED', message);
  }
}

/**
 * Reasons why one item of a load failed. docs/errors.md and the schema's LoadFailureCode list the same codes; tests
 * compare.
 */
export const ITEM_ERROR_CODES = [
  'EMPTY_FILE',
  'UNSUPPORTED_FORMAT',
  'DECODE_FAILED',
  'TOO_LARGE',
  'READ_FAILED',
  'BAD_ROW',
  'BAD_BASE64',
  'FETCH_FAILED',
  'BAD_ID',
  'DUPLICATE_ID',
  'BAD_FEATURE',
  'BAD_ATTRIBUTES',
  'NO_IMAGE',
  'CRASHED',
  'ALL_FAILED',
  'SOURCE_LOST',
  'ORIGINAL_GONE',
  'ORIGINAL_CHANGED',
  'IMAGES_HIDDEN',
] as const;
export type ItemErrorCode = (typeof ITEM_ERROR_CODES)[number];

/** A failure of one item. It becomes one line in the ledger of the load, and the load continues. */
export class ItemError extends Error {
  /** The key and the values of the message; null: it is not in the table MESSAGES. */
  readonly detail: FailureDetail | null;

  constructor(
    readonly code: ItemErrorCode,
    message: string | Sentence,
    options?: ErrorOptions & Pick<WentuErrorOptions, 'detail'>,
  ) {
    const { text, detail } = readMessage(message);
    super(text, options);
    this.name = 'ItemError';
    this.detail = detail ?? options?.detail ?? null;
  }
}
