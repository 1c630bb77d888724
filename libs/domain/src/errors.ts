/**
 * Stable codes of failures that a caller can act on. Anything that is not a WentuError is a bug, and INTERNAL outside.
 * docs/errors.md lists all codes, in this order; a test compares.
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
] as const;
export type WentuErrorCode = (typeof WENTU_ERROR_CODES)[number];

export interface WentuErrorOptions extends ErrorOptions {
  /**
   * What API clients read instead of the message. For messages that name a host, an address or a path of the server.
   */
  readonly publicMessage?: string;
}

/** A failure with a stable code; its message says what is wrong, with which value, and what to do next. */
export class WentuError extends Error {
  /** What API clients read; the message, unless that is for the operator only. */
  readonly publicMessage: string;

  constructor(
    readonly code: WentuErrorCode,
    message: string,
    options?: WentuErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
    this.publicMessage = options?.publicMessage ?? message;
  }
}

export class InvalidInputError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('INVALID_INPUT', message, options);
  }
}

export class NotFoundError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('NOT_FOUND', message, options);
  }
}

export class ConflictError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('CONFLICT', message, options);
  }
}

/** A store or model does not answer; the same call may succeed later. */
export class UnavailableError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('UNAVAILABLE', message, options);
  }
}

/** A disk has no room. The same call succeeds when there is some. */
export class DiskFullError extends UnavailableError {}

/** Also of an error that came from another thread: its class is lost on the way, its name is not. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof WentuError && error.name === 'DiskFullError';
}

/** Vectors of one embedding space met those of another. */
export class IndexMismatchError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('INDEX_MISMATCH', message, options);
  }
}

export class ForbiddenError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('FORBIDDEN', message, options);
  }
}

export class LimitExceededError extends WentuError {
  constructor(message: string, options?: WentuErrorOptions) {
    super('LIMIT_EXCEEDED', message, options);
  }
}

/** Why one item of a load was not loaded. In docs/errors.md and the schema's LoadFailureCode too; tests compare. */
export const ITEM_ERROR_CODES = [
  'EMPTY_FILE',
  'UNSUPPORTED_FORMAT',
  'DECODE_FAILED',
  'TOO_LARGE',
  'READ_FAILED',
  'BAD_ROW',
  'BAD_BASE64',
  'BAD_ID',
  'DUPLICATE_ID',
  'BAD_FEATURE',
  'NO_IMAGE',
  'CRASHED',
  'ALL_FAILED',
  'SOURCE_LOST',
] as const;
export type ItemErrorCode = (typeof ITEM_ERROR_CODES)[number];

/** A failure of one item: one line in the load's ledger, the rest goes on. */
export class ItemError extends Error {
  constructor(
    readonly code: ItemErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ItemError';
  }
}
