import {
  NOTHING_IGNORED,
  type LoadFailure,
  type LoadJob,
  type LoadOptions,
  type LoadProgress,
  type ReencodeOptions,
} from '@wentu/domain';
import type { LoadJobEntity } from './entities/load-job.entity';

/** Counts of a job at its start, also when it runs again. */
export const FRESH = {
  total: null,
  loaded: 0,
  skipped: 0,
  failed: 0,
  keptOut: 0,
  replaced: 0,
  removed: 0,
  missing: 0,
  unreadFolders: 0,
  ignored: null,
  imagesPerSecond: null,
  keptFailures: 0,
  error: null,
  finishedAt: null,
};

export function parseList(json: string): string[] {
  return JSON.parse(json) as string[];
}

export function toColumns({ ignored, ...counts }: LoadProgress) {
  const { total, loaded, skipped, failed, keptOut, replaced, removed, missing, unreadFolders } = counts;
  const isNothing = Object.values(ignored).every((count) => count === 0);
  return {
    ...{ total, loaded, skipped, failed, keptOut, replaced, removed, missing, unreadFolders },
    imagesPerSecond: counts.imagesPerSecond,
    ignored: isNothing ? null : JSON.stringify(ignored),
  };
}

export function toJob(row: LoadJobEntity): LoadJob {
  const { id, collection, directory, status, total, loaded, skipped, failed, imagesPerSecond } = row;
  const { keptOut, replaced, removed, missing, unreadFolders } = row;
  return {
    id,
    collection,
    collectionId: row.collectionId,
    kind: row.kind,
    directory,
    status,
    total,
    loaded,
    skipped,
    failed,
    keptOut,
    replaced,
    removed,
    missing,
    unreadFolders,
    ignored: { ...NOTHING_IGNORED, ...(row.ignored === null ? {} : (JSON.parse(row.ignored) as object)) },
    imagesPerSecond,
    processed: loaded + skipped + failed + keptOut,
    options: row.kind === 'LOAD' ? (JSON.parse(row.options) as LoadOptions) : {},
    reencode: row.kind === 'REENCODE' ? (JSON.parse(row.options) as ReencodeOptions) : null,
    cancelRequested: row.cancelRequested === 1,
    error: row.error === null ? null : (JSON.parse(row.error) as LoadFailure),
    createdAt: new Date(row.createdAt),
    startedAt: row.startedAt === null ? null : new Date(row.startedAt),
    finishedAt: row.finishedAt === null ? null : new Date(row.finishedAt),
  };
}
