import { ItemError, WentuError, type LoadFailure, type LoadJob } from '@wentu/domain';

/** What is wrong with one item, as the ledger says it. */
export function describeItemFailure(error: unknown): Pick<LoadFailure, 'code' | 'message'> {
  return {
    code: error instanceof ItemError ? error.code : 'READ_FAILED',
    message: error instanceof Error ? error.message : String(error),
  };
}

/**
 * Why a load as a whole has failed, as its job shows it to clients.
 * @param onError for what they are not shown: the operator's words, and bugs
 */
export function describeFailure(job: LoadJob, error: unknown, onError: (error: unknown) => void): LoadFailure {
  const item = job.directory;
  if (error instanceof ItemError) return { item, code: error.code, message: error.message };
  if (!(error instanceof WentuError)) {
    onError(error);
    return { item, code: 'INTERNAL', message: 'the load met a bug; the log has the details' };
  }
  if (error.publicMessage !== error.message) onError(error);
  return { item, code: error.code, message: error.publicMessage };
}
