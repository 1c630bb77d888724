import { realpath } from 'node:fs/promises';
import { WentuError, type LoadJob, type LoadReader, type MetadataReader } from '@wentu/domain';
import { DEFAULT_COLLECTION, SAMPLES_COLLECTION } from '@wentu/search';
import type { Logger } from 'pino';
import { SAMPLES, type Config } from './config';
import type { Loads } from './load-worker';

/**
 * The steps of the first start of a database, each done once: creates the collection `default` and loads the shipped
 * pictures. When a user drops one of these collections, a later start does not create it again.
 */
export async function firstStart(
  config: Pick<Config, 'samples'>,
  reader: MetadataReader,
  loads: Pick<Loads, 'start' | 'ensureCollection' | 'reach'>,
  log: Logger,
): Promise<void> {
  if (!(await reader.hasReached('default-made'))) {
    await loads.ensureCollection(DEFAULT_COLLECTION);
    await loads.reach('default-made');
  }
  if (!config.samples || (await reader.hasReached('samples-loaded'))) return;
  const folder = await samplesFolder();
  if (folder === null) return;
  try {
    if (!(await wereSamplesLoaded(reader, folder))) await loads.start(SAMPLES_COLLECTION, folder, {});
    await loads.reach('samples-loaded');
  } catch (error) {
    // A full queue must not stop the start; the next start tries again.
    if (!(error instanceof WentuError && error.code === 'LIMIT_EXCEEDED')) throw error;
    log.warn(error.message);
  }
}

/** Whether a load of the shipped pictures is queued or running. */
export async function areSamplesLoading(loads: Pick<LoadReader, 'listUnfinished'>): Promise<boolean> {
  const folder = await samplesFolder();
  return (await loads.listUnfinished({ collection: SAMPLES_COLLECTION })).some((job) => job.directory === folder);
}

/**
 * For databases of versions that did not store milestones: the collection, or a job in the history, shows that the
 * shipped pictures were loaded.
 */
async function wereSamplesLoaded(reader: MetadataReader, folder: string): Promise<boolean> {
  if (await reader.collections.find(SAMPLES_COLLECTION)) return true;
  const isOfSamples = (job: LoadJob): boolean => job.directory === folder;
  return (await reader.loads.list({ collection: SAMPLES_COLLECTION, first: Number.MAX_SAFE_INTEGER })).some(
    isOfSamples,
  );
}

/** The folder with its links resolved, as load jobs store it; null if it does not exist. */
async function samplesFolder(): Promise<string | null> {
  return await realpath(SAMPLES).catch(() => null);
}
