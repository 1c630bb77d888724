import {
  InvalidInputError,
  normalName,
  type Collection,
  type CollectionReader,
  type MissingAction,
  type SourceFolders,
} from '@wentu/domain';
import type { LoadService, RepairedCollection } from '@wentu/search';
import { pageOf, type Page, type PageArguments } from './paging';

export interface CollectionPorts {
  readonly collections: Pick<CollectionReader, 'list' | 'find'>;
  readonly loads: Pick<
    LoadService,
    'createCollection' | 'renameCollection' | 'drop' | 'deleteImages' | 'resolveMissing' | 'repair'
  >;
  readonly folders: Pick<SourceFolders, 'resolveGone'>;
  /** Entries were written to an index without new rows. */
  readonly onRepaired: () => void;
}

const MAX_DELETED = 10_000;

/** Collections, and what is taken out of them. */
export class CollectionCases {
  constructor(private readonly ports: CollectionPorts) {}

  async list(): Promise<Collection[]> {
    return await this.ports.collections.list();
  }

  /** By name. */
  async page(page: PageArguments): Promise<Page<Collection>> {
    const { collections } = this.ports;
    const keyOf = ({ name }: Collection): string => name;
    const read = async (after: string | null, limit: number): Promise<Collection[]> => {
      const all = await collections.list();
      // As the database orders them: by the bytes of their names.
      const rest =
        after === null ? all : all.filter(({ name }) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
      return rest.slice(0, limit);
    };
    return await pageOf({ kind: 'collections', keyOf, read }, page);
  }

  async find(name: string): Promise<Collection | null> {
    return await this.ports.collections.find(normalName(name));
  }

  /** An empty one in this server's space. @throws ConflictError when the name is taken */
  async create(name: string): Promise<Collection> {
    return await this.ports.loads.createCollection(normalName(name));
  }

  /** Its loads go on. @throws NotFoundError, ConflictError when the name is taken, or a load will make it */
  async rename(name: string, newName: string): Promise<Collection> {
    return await this.ports.loads.renameCollection(normalName(name), normalName(newName));
  }

  /** Cancels its loads first. @returns false when there is none of that name */
  async drop(name: string): Promise<boolean> {
    return await this.ports.loads.drop(normalName(name));
  }

  /** By their own ids. @returns how many there were @throws NotFoundError */
  async deleteImages(collection: string, imageIds: readonly string[]): Promise<number> {
    if (imageIds.length > MAX_DELETED)
      throw new InvalidInputError(`imageIds has ${imageIds.length} entries; give at most ${MAX_DELETED} a call`);
    return await this.ports.loads.deleteImages(normalName(collection), imageIds.map(normalName));
  }

  /**
   * Says what is to become of images whose files have gone from a directory of the server, which need not be there any
   * more.
   * @returns how many there were @throws NotFoundError, InvalidInputError
   */
  async resolveMissing(collection: string, directory: string, action: MissingAction): Promise<number> {
    const { folders, loads } = this.ports;
    return await loads.resolveMissing(normalName(collection), await folders.resolveGone(directory), action);
  }

  /** Compares all rows with all entries of a collection. Others may load and search meanwhile. @param name null: all */
  async repair(name: string | null): Promise<RepairedCollection[]> {
    const { loads, onRepaired } = this.ports;
    const repaired = await (name === null ? loads.repair() : loads.repair(normalName(name)));
    onRepaired();
    return repaired;
  }
}
