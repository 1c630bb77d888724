import type { LoadFailure, LoadJob, LoadOptions, LoadProgress } from '@wentu/domain';
import type { LoadJobEntity } from './entities/load-job.entity';

/** Counts of a job that begins, for the first time or again. */
export const FRESH = {
  total: null,
  loaded: 0,
  skipped: 0,
  failed: 0,
  removed: 0,
  imagesPerSecond: null,
  keptFailures: 0,
  error: null,
  finishedAt: null,
};

export function parseList(json: string): string[] {
  return JSON.parse(json) as string[];
}

export function toColumns({ total, loaded, skipped, failed, removed, imagesPerSecond }: LoadProgress) {
  return { total, loaded, skipped, failed, removed, imagesPerSecond };
}

export function toJob(row: LoadJobEntity): LoadJob {
  const { id, collection, directory, status, total, loaded, skipped, failed, removed, imagesPerSecond } = row;
  return {
    id,
    collection,
    directory,
    status,
    total,
    loaded,
    skipped,
    failed,
    removed,
    imagesPerSecond,
    processed: loaded + skipped + failed,
    options: JSON.parse(row.options) as LoadOptions,
    cancelRequested: row.cancelRequested === 1,
    error: row.error === null ? null : (JSON.parse(row.error) as LoadFailure),
    createdAt: new Date(row.createdAt),
    startedAt: row.startedAt === null ? null : new Date(row.startedAt),
    finishedAt: row.finishedAt === null ? null : new Date(row.finishedAt),
  };
}
