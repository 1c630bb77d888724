import { ItemError, WentuError, type FailureDetail, type ItemErrorCode, type WentuErrorCode } from '@wentu/domain';
import type { Span } from '@wentu/telemetry';

export type Message =
  | { type: 'call'; id: number; service: string; method: string; args: unknown[]; abortable: boolean; traceId?: string }
  | { type: 'abort'; id: number; reason: SerializedError }
  | { type: 'result'; id: number; value: unknown; spans?: readonly Span[] }
  | { type: 'error'; id: number; error: SerializedError; spans?: readonly Span[] };

export interface SerializedError {
  kind: 'wentu' | 'item' | 'other';
  name: string;
  code?: string;
  message: string;
  publicMessage?: string;
  detail?: FailureDetail;
  stack?: string;
  cause?: SerializedError;
}

/** Structured clone drops the class and the code of an error. `serializeError` and `deserializeError` keep them. */
export function serializeError(thrown: unknown): SerializedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const kind = error instanceof WentuError ? 'wentu' : error instanceof ItemError ? 'item' : 'other';
  return {
    kind,
    name: error.name,
    message: error.message,
    ...(error instanceof WentuError && error.publicMessage !== error.message
      ? { publicMessage: error.publicMessage }
      : {}),
    ...((error instanceof WentuError || error instanceof ItemError) && error.detail ? { detail: error.detail } : {}),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  };
}

export function deserializeError(data: SerializedError): Error {
  const options = {
    ...(data.cause ? { cause: deserializeError(data.cause) } : {}),
    ...(data.publicMessage === undefined ? {} : { publicMessage: data.publicMessage }),
    ...(data.detail === undefined ? {} : { detail: data.detail }),
  };
  const error =
    data.kind === 'wentu'
      ? new WentuError(data.code as WentuErrorCode, data.message, options)
      : data.kind === 'item'
        ? new ItemError(data.code as ItemErrorCode, data.message, options)
        : Object.assign(new Error(data.message, options), data.code === undefined ? {} : { code: data.code });
  error.name = data.name;
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}
