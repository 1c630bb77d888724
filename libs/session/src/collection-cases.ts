import {
  InvalidInputError,
  normalName,
  type Collection,
  type CollectionReader,
  type MissingAction,
  type SourceFolders,
} from '@wentu/domain';
import type { LoadService, RepairedCollection } from '@wentu/search';
import { parseId } from './node-id';
import { pageOf, type Page, type PageArguments } from './paging';

export interface CollectionPorts {
  readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById'>;
  readonly loads: Pick<
    LoadService,
    'createCollection' | 'renameCollection' | 'drop' | 'deleteImages' | 'resolveMissing' | 'repair'
  >;
  readonly folders: Pick<SourceFolders, 'resolveGone'>;
  /** Called after a repair, which may write index entries without new rows. */
  readonly onRepaired: () => void;
}

const MAX_DELETED = 10_000;

/** Use cases that change collections and delete images. */
export class CollectionCases {
  constructor(private readonly ports: CollectionPorts) {}

  async list(): Promise<Collection[]> {
    return await this.ports.collections.list();
  }

  /** One page of the collections, by name. */
  async page(page: PageArguments): Promise<Page<Collection>> {
    const { collections } = this.ports;
    const keyOf = ({ name }: Collection): string => name;
    const read = async (after: string | null, limit: number): Promise<Collection[]> => {
      const all = await collections.list();
      // The order of the database: by the bytes of the names.
      const rest =
        after === null ? all : all.filter(({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
      return rest.slice(0, limit);
    };
    return await pageOf({ kind: 'collections', keyOf, read }, page);
  }

  async find(name: string): Promise<Collection | null> {
    return await this.ports.collections.find(normalName(name));
  }

  /** @returns null also for a collection that is being dropped */
  async byId(id: string): Promise<Collection | null> {
    const number = parseId(id, 'Collection');
    return number === null ? null : await this.ports.collections.findById(number);
  }

  /**
   * Creates an empty collection in the embedding space of this server.
   * @throws ConflictError when the name is in use
   */
  async create(name: string): Promise<Collection> {
    return await this.ports.loads.createCollection(normalName(name));
  }

  /**
   * Its loads go on.
   * @throws NotFoundError; ConflictError when the new name is in use, or a load that has not ended will make it
   */
  async rename(name: string, newName: string): Promise<Collection> {
    return await this.ports.loads.renameCollection(normalName(name), normalName(newName));
  }

  /** Cancels the loads of the collection and drops it. @returns false when there is no collection with this name */
  async drop(name: string): Promise<boolean> {
    return await this.ports.loads.drop(normalName(name));
  }

  /** Deletes images by their ids in the collection. @returns the number of deleted images @throws NotFoundError */
  async deleteImages(collection: string, imageIds: readonly string[]): Promise<number> {
    if (imageIds.length > MAX_DELETED)
      throw new InvalidInputError(`imageIds has ${imageIds.length} entries; give at most ${MAX_DELETED} per call`);
    return await this.ports.loads.deleteImages(normalName(collection), imageIds.map(normalName));
  }

  /**
   * Decides what happens to images whose files are missing in a directory of the server. The directory itself may be
   * missing too.
   * @returns the number of these images
   * @throws NotFoundError, InvalidInputError
   */
  async resolveMissing(collection: string, directory: string, action: MissingAction): Promise<number> {
    const { folders, loads } = this.ports;
    return await loads.resolveMissing(normalName(collection), await folders.resolveGone(directory), action);
  }

  /**
   * Repairs the index: compares all rows of a collection with all entries of its index. Loads and searches may run at
   * the same time.
   * @param name null: all collections
   */
  async repair(name: string | null): Promise<RepairedCollection[]> {
    const { loads, onRepaired } = this.ports;
    const repaired = await (name === null ? loads.repair() : loads.repair(normalName(name)));
    onRepaired();
    return repaired;
  }
}
