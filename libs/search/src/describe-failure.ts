import { ItemError, WentuError, type LoadFailure, type LoadJob } from '@wentu/domain';
import { LoadStopped } from './load-lease';

/** Code, message and detail of a failed item for its line in the ledger. */
export function describeItemFailure(error: unknown): Omit<LoadFailure, 'item'> {
  return {
    code: error instanceof ItemError ? error.code : 'READ_FAILED',
    message: error instanceof Error ? error.message : String(error),
    ...(error instanceof ItemError && error.detail ? { detail: error.detail } : {}),
  };
}

/** How a job ended. @param failure undefined: without an error */
export function statusOf(
  failure: unknown,
  tally: { readonly isPartial: boolean },
): 'SUCCEEDED' | 'PARTIAL' | 'CANCELLED' | 'FAILED' {
  if (failure === undefined) return tally.isPartial ? 'PARTIAL' : 'SUCCEEDED';
  return failure instanceof LoadStopped ? 'CANCELLED' : 'FAILED';
}

/**
 * Code, message and detail of a failed load, as clients see them.
 * @param onError receives errors whose details clients must not see: messages for the operator, and bugs
 */
export function describeFailure(job: LoadJob, error: unknown, onError: (error: unknown) => void): LoadFailure {
  const item = job.kind === 'LOAD' ? job.directory : job.collection;
  if (error instanceof ItemError) return { item, code: error.code, message: error.message, detail: error.detail };
  if (!(error instanceof WentuError)) {
    onError(error);
    return { item, code: 'INTERNAL', message: 'the load failed because of a bug; the log has the details' };
  }
  if (error.publicMessage !== error.message) onError(error);
  return { item, code: error.code, message: error.publicMessage, detail: error.detail };
}
