import { NotFoundError, noCollection, type Collection, type LoadJob, type MetadataStore } from '@wentu/domain';

/** What says to which collection a load belongs now. */
export interface JobStore {
  readonly collections: Pick<MetadataStore['collections'], 'findById'>;
  readonly loads: Pick<MetadataStore['loads'], 'find'>;
}

/**
 * The collection of a load, by its id: it may have been renamed since the load was queued. Null as long as there is
 * none.
 * @throws NotFoundError when it was dropped
 */
export async function collectionOf({ collections, loads }: JobStore, job: LoadJob): Promise<Collection | null> {
  const { collection: name, collectionId } = (await loads.find(job.id)) ?? job;
  if (collectionId === null) return null;
  const collection = await collections.findById(collectionId);
  if (!collection) throw noCollection(name);
  return collection;
}

/** The same, null also when it was dropped. */
export async function remainingCollectionOf(store: JobStore, job: LoadJob): Promise<Collection | null> {
  return await collectionOf(store, job).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
}
