import { NotFoundError, noCollection, type Collection, type LoadJob, type MetadataStore } from '@wentu/domain';

/** The part of the store that tells to which collection a load belongs now. */
export interface JobStore {
  readonly collections: Pick<MetadataStore['collections'], 'findById'>;
  readonly loads: Pick<MetadataStore['loads'], 'find'>;
}

/**
 * The collection of a load. It is found by id, because it may have been renamed since the load was queued.
 * @returns null until the collection exists
 * @throws NotFoundError when it was dropped
 */
export async function collectionOf({ collections, loads }: JobStore, job: LoadJob): Promise<Collection | null> {
  const { collection: name, collectionId } = (await loads.find(job.id)) ?? job;
  if (collectionId === null) return null;
  const collection = await collections.findById(collectionId);
  if (!collection) throw noCollection(name);
  return collection;
}

/** Like `collectionOf`, but returns null also when the collection was dropped. */
export async function remainingCollectionOf(store: JobStore, job: LoadJob): Promise<Collection | null> {
  return await collectionOf(store, job).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
}
