import {
  ConflictError,
  noCollection,
  type Collection,
  type MetadataStore,
  type MissingAction,
  type NewSpace,
  type VectorStore,
} from '@wentu/domain';
import { goneBelow } from './gone-images';
import { takeOut, type Stores } from './index-entries';
import { earlierIndexName, indexName } from './index-name';
import { removeLooseOriginals } from './loose-originals';

/** Makes, finds and takes apart collections: rows first, index second, as the protocol of one truth wants. */
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

  /** Removes images by their own ids. @returns how many there were */
  async deleteImages(collectionName: string, imageIds: readonly string[]): Promise<number> {
    const collection = await this.find(collectionName);
    const rows = await this.store.images.findAll(collection.id, imageIds);
    return await takeOut(
      this.stores,
      collection.id,
      rows.map((row) => row.id),
    );
  }

  /** For images below a directory whose files have gone. @returns how many there were */
  async resolveMissing({ id }: Collection, directory: string, action: MissingAction): Promise<number> {
    let count = 0;
    for await (const images of goneBelow(this.store.images, id, directory)) {
      const ids = images.filter(({ isKept }) => action === 'REMOVE' || !isKept).map((image) => image.id);
      if (ids.length === 0) continue;
      count += action === 'KEEP' ? await this.store.images.keep(id, ids) : await takeOut(this.stores, id, ids);
    }
    return count;
  }

  /** The collection's loads must have ended. */
  async drop(collection: Collection): Promise<void> {
    await this.store.collections.markDropping(collection.id);
    await this.finishDrop(collection);
  }

  /** The second half of a drop; also for one that a crash interrupted. */
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
      // Somebody else was faster.
      const made = error instanceof ConflictError ? await this.store.collections.find(name) : null;
      if (!made) throw error;
      return made;
    }
  }
}
