import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WentuError, type LoadJob, type LoadReader, type MetadataReader } from '@wentu/domain';
import { DEFAULT_COLLECTION, SAMPLES_COLLECTION } from '@wentu/search';
import type { Logger } from 'pino';
import type { Config } from './config';
import type { Loads } from './load-worker';

/** The shipped pictures. */
export const SAMPLES = join(resolve(__dirname, '../../..'), 'samples');

/**
 * What the first start of a database does, once: it makes the collection `default` and loads the shipped pictures. Both
 * stay away when somebody drops them.
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
    // A full queue is no reason not to start; the next start tries again.
    if (!(error instanceof WentuError && error.code === 'LIMIT_EXCEEDED')) throw error;
    log.warn(error.message);
  }
}

/** Whether a load of the shipped pictures waits or runs. */
export async function areSamplesLoading(loads: Pick<LoadReader, 'listUnfinished'>): Promise<boolean> {
  const folder = await samplesFolder();
  return (await loads.listUnfinished({ collection: SAMPLES_COLLECTION })).some((job) => job.directory === folder);
}

/** Of a database from before the milestones: its collection, or a job that is kept, tells. */
async function wereSamplesLoaded(reader: MetadataReader, folder: string): Promise<boolean> {
  if (await reader.collections.find(SAMPLES_COLLECTION)) return true;
  const isOfSamples = (job: LoadJob): boolean => job.directory === folder;
  return (await reader.loads.list({ collection: SAMPLES_COLLECTION, first: Number.MAX_SAFE_INTEGER })).some(
    isOfSamples,
  );
}

/** With links followed, as jobs have it; null where there is none. */
async function samplesFolder(): Promise<string | null> {
  return await realpath(SAMPLES).catch(() => null);
}
