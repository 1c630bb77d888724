import {
  ConflictError,
  NotFoundError,
  noCollection,
  sentence,
  type Collection,
  type ImageFilter,
  type MetadataStore,
  type MissingAction,
  type NewSpace,
  type VectorStore,
} from '@wentu/domain';
import { missingBelow } from './missing-images';
import { removeReady, removeVersions, type Stores } from './index-entries';
import { earlierIndexNames, indexName } from './index-name';
import { removeLooseOriginals } from './loose-originals';

/** Images that one step of a deletion by a filter removes. */
const DELETE_BATCH = 1_000;

/**
 * Creates, finds and drops collections. Rows change first and the index second, so that the rows stay the only truth.
 */
export class CollectionAdmin {
  constructor(
    private readonly store: MetadataStore,
    private readonly vectors: VectorStore,
  ) {}

  /** @throws NotFoundError */
  async find(name: string): Promise<Collection> {
    const collection = await this.store.collections.find(name);
    if (!collection) throw noCollection(name);
    return collection;
  }

  async findOrCreate(name: string, space: NewSpace): Promise<Collection> {
    return await this.withIndex((await this.store.collections.find(name)) ?? (await this.create(name, space)));
  }

  /** @throws ConflictError */
  async make(name: string, space: NewSpace): Promise<Collection> {
    return await this.withIndex(await this.store.collections.create({ name, ...space }));
  }

  /**
   * Removes images by their imageIds.
   * @param keepOut whether later loads leave their pictures out
   * @returns the number of images that existed
   */
  async deleteImages(collectionName: string, imageIds: readonly string[], keepOut: boolean): Promise<number> {
    const { id } = await this.find(collectionName);
    const rows = await this.store.images.findAll(id, imageIds);
    return await this.deleteRows(
      id,
      rows.map((row) => row.id),
      keepOut,
    );
  }

  /**
   * Removes the images that match, in batches, oldest first. Images that are loaded meanwhile stay. After an
   * interruption, the next call removes the rest, with its number.
   * @param filter checked with `checkFilter`
   * @param expectedCount the number of images that match, so that no typo deletes others
   * @returns the number of deleted images
   * @throws ConflictError when the number of images that match is another one
   */
  async deleteMatching(
    collectionName: string,
    filter: ImageFilter,
    expectedCount: number,
    keepOut: boolean,
  ): Promise<number> {
    const { id } = await this.find(collectionName);
    const { images } = this.store;
    const { newestId } = await images.settlement(id);
    const count = await images.countMatching(id, filter);
    if (count !== expectedCount)
      throw new ConflictError(
        sentence('COUNT_CHANGED', { count, collection: collectionName, expected: expectedCount }),
      );
    let deleted = 0;
    for (let afterId = 0; ;) {
      const page = await images.pageMatchingIds(id, filter, afterId, DELETE_BATCH);
      const ids = page.filter((each) => each <= newestId);
      if (ids.length === 0) return deleted;
      deleted += await this.deleteRows(id, ids, keepOut);
      afterId = ids.at(-1) ?? newestId;
    }
  }

  /**
   * Removes a source folder with its images from its collection, in batches, oldest first; files stay. Images that are
   * loaded from it meanwhile stay, and so does the source then.
   * @param expectedCount the number of its images, so that the user knows what is removed
   * @returns the number of removed images
   * @throws NotFoundError; ConflictError when the source has another number of images
   */
  async removeSource(sourceId: number, expectedCount: number): Promise<number> {
    const { images } = this.store;
    const source = await images.findSource(sourceId);
    if (!source) throw new NotFoundError(sentence('NO_SOURCE', { id: sourceId }));
    const { collectionId, directory } = source;
    const { newestId } = await images.settlement(collectionId);
    const count = await images.countSource(sourceId);
    if (count !== expectedCount)
      throw new ConflictError(sentence('SOURCE_COUNT', { count, directory, expected: expectedCount }));
    let removed = 0;
    for (let afterId = 0; ;) {
      const page = await images.pageSource(sourceId, afterId, DELETE_BATCH);
      const ids = page.map(({ id }) => id).filter((id) => id <= newestId);
      if (ids.length === 0) break;
      removed += await removeReady(this.stores, collectionId, ids);
      afterId = ids.at(-1) ?? newestId;
    }
    await images.removeSource(sourceId);
    return removed;
  }

  private async deleteRows(collectionId: number, ids: readonly number[], keepOut: boolean): Promise<number> {
    if (!keepOut) return await removeReady(this.stores, collectionId, ids);
    const removed = await this.store.keptOut.add(collectionId, ids);
    await removeVersions(this.stores, collectionId, removed);
    return removed.length;
  }

  /** Lets later loads bring deleted images back. @returns the number of images that were kept out */
  async allowImages(collectionName: string, imageIds: readonly string[]): Promise<number> {
    const { id } = await this.find(collectionName);
    return await this.store.keptOut.allow(id, imageIds);
  }

  /** Removes or keeps the images below a directory whose files are missing. @returns the number of changed images */
  async resolveMissing({ id }: Collection, directory: string, action: MissingAction): Promise<number> {
    let count = 0;
    for await (const images of missingBelow(this.store.images, id, directory)) {
      const ids = images.filter(({ isKept }) => action === 'REMOVE' || !isKept).map((image) => image.id);
      if (ids.length === 0) continue;
      count += action === 'KEEP' ? await this.store.images.keep(id, ids) : await removeReady(this.stores, id, ids);
    }
    return count;
  }

  /**
   * Removes a kept space: its embeddings, its index, then the space itself.
   * @throws NotFoundError when the collection has no space of this model; ConflictError when the space is active, or
   * while a re-encoding has not ended
   */
  async dropSpace(collectionName: string, model: string): Promise<Collection> {
    const collection = await this.find(collectionName);
    const named = (await this.store.collections.listSpaces(collection.id)).filter((space) => space.model === model);
    // Two models of the same name may have been used, and one of them may be active.
    const kept = named.filter(({ id }) => id !== collection.activeSpace.id);
    for (const { id } of kept.length > 0 ? kept : named) {
      const index = indexName(collection.id, id);
      await this.store.collections.emptySpace(collection.id, id);
      for (const name of [index, ...earlierIndexNames(collection.id, [id])]) await this.vectors.drop(name);
      await this.store.collections.removeSpace(collection.id, id);
      // A start of another process may have created the index again.
      await this.vectors.drop(index);
    }
    if (named.length > 0) return collection;
    throw new NotFoundError(sentence('NO_EMBEDDINGS', { collection: collection.name, model }));
  }

  /** Drops a collection. Its loads must have ended. */
  async drop(collection: Collection): Promise<void> {
    await this.store.collections.markDropping(collection.id);
    await this.finishDrop(collection);
  }

  /** The second half of a drop. It also completes a drop that a crash interrupted. */
  async finishDrop({ id }: Collection): Promise<void> {
    const spaceIds = (await this.store.collections.listSpaces(id)).map((space) => space.id);
    const names = spaceIds.map((spaceId) => indexName(id, spaceId));
    for (const name of [...names, ...earlierIndexNames(id, spaceIds)]) await this.vectors.drop(name);
    await this.store.collections.removeImages(id);
    await removeLooseOriginals(this.store.originals, id);
    await this.store.collections.remove(id);
  }

  private async withIndex(collection: Collection): Promise<Collection> {
    const { id, activeSpace } = collection;
    await this.vectors.ensure(indexName(id, activeSpace.id), activeSpace.dimension);
    return collection;
  }

  private get stores(): Stores {
    return { store: this.store, vectors: this.vectors };
  }

  private async create(name: string, space: NewSpace): Promise<Collection> {
    try {
      return await this.store.collections.create({ name, ...space });
    } catch (error) {
      // Another call may have created the collection first.
      const made = error instanceof ConflictError ? await this.store.collections.find(name) : null;
      if (!made) throw error;
      return made;
    }
  }
}
