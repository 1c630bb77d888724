/** Stable codes of failures that a caller can act on. Anything that is not a WentuError is a bug. */
export type WentuErrorCode =
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNAVAILABLE'
  | 'INDEX_MISMATCH'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'LIMIT_EXCEEDED'
  | 'CURSOR_EXPIRED';

/** A failure with a stable code; its message says what is wrong, with which value, and what to do next. */
export class WentuError extends Error {
  constructor(
    readonly code: WentuErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class InvalidInputError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_INPUT', message, options);
  }
}

export class NotFoundError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('NOT_FOUND', message, options);
  }
}

export class ConflictError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('CONFLICT', message, options);
  }
}

/** A store or model that does not answer now; the same call may succeed later. */
export class UnavailableError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('UNAVAILABLE', message, options);
  }
}

/** Vectors of one embedding space met those of another. */
export class IndexMismatchError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('INDEX_MISMATCH', message, options);
  }
}

export class ForbiddenError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('FORBIDDEN', message, options);
  }
}

export class LimitExceededError extends WentuError {
  constructor(message: string, options?: ErrorOptions) {
    super('LIMIT_EXCEEDED', message, options);
  }
}

/** Why one item of a load was not loaded. */
export type ItemErrorCode =
  | 'EMPTY_FILE'
  | 'UNSUPPORTED_FORMAT'
  | 'DECODE_FAILED'
  | 'TOO_LARGE'
  | 'READ_FAILED'
  | 'BAD_ROW'
  | 'BAD_BASE64'
  | 'BAD_ID'
  | 'DUPLICATE_ID'
  | 'BAD_FEATURE'
  | 'NO_IMAGE'
  | 'CRASHED'
  | 'ALL_FAILED'
  | 'SOURCE_LOST';

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
