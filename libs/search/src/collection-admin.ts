import {
  ConflictError,
  noCollection,
  type Collection,
  type MetadataStore,
  type MissingAction,
  type NewSpace,
  type VectorStore,
} from '@wentu/domain';
import { missingBelow } from './missing-images';
import { removeReady, type Stores } from './index-entries';
import { earlierIndexName, indexName } from './index-name';
import { removeLooseOriginals } from './loose-originals';

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

  /** Removes images by their imageIds. @returns the number of images that existed */
  async deleteImages(collectionName: string, imageIds: readonly string[]): Promise<number> {
    const collection = await this.find(collectionName);
    const rows = await this.store.images.findAll(collection.id, imageIds);
    return await removeReady(
      this.stores,
      collection.id,
      rows.map((row) => row.id),
    );
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

  /** Drops a collection. Its loads must have ended. */
  async drop(collection: Collection): Promise<void> {
    await this.store.collections.markDropping(collection.id);
    await this.finishDrop(collection);
  }

  /** The second half of a drop. It also completes a drop that a crash interrupted. */
  async finishDrop({ id }: Collection): Promise<void> {
    for (const space of await this.store.collections.listSpaces(id)) await this.vectors.drop(indexName(id, space.id));
    await this.vectors.drop(earlierIndexName(id));
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
