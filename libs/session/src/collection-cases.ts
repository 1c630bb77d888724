import {
  InvalidInputError,
  normalName,
  type Collection,
  type CollectionReader,
  type ImageFilter,
  type ImageReader,
  type KeptOutImage,
  type KeptOutReader,
  type LoadJob,
  type MissingAction,
  type ReencodeOptions,
  type SourceFolders,
} from '@wentu/domain';
import type { LoadService, RepairedCollection } from '@wentu/search';
import { checkCount } from './checks';
import { parseId } from './node-id';
import { checkedFilter } from './normal-filter';
import { pageOf, type Page, type PageArguments } from './paging';

export interface CollectionPorts {
  readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById' | 'listSpaces'>;
  readonly images: Pick<ImageReader, 'countWithoutFacts'>;
  /** The number of images whose words will still be read; null when no words are read. */
  readonly words: { countUnread(collectionId: number): Promise<number | null> };
  readonly loads: Pick<
    LoadService,
    | 'createCollection'
    | 'renameCollection'
    | 'drop'
    | 'deleteImages'
    | 'deleteMatching'
    | 'allowImages'
    | 'resolveMissing'
    | 'repair'
    | 'reencode'
    | 'dropSpace'
  >;
  readonly keptOut: Pick<KeptOutReader, 'count' | 'page'>;
  readonly folders: Pick<SourceFolders, 'resolveGone'>;
  /** Called after a repair, which may write index entries without new rows. */
  readonly onRepaired: () => void;
}

/** Largest number of imageIds in one call. */
const MAX_IDS = 10_000;

/** A model in which a collection has embeddings. */
export interface SpaceFacts {
  readonly model: string;
  /** The number of values in an embedding. */
  readonly dimension: number;
  readonly imageCount: number;
  /** The number of images without an embedding of the model: searches with it do not find them. */
  readonly missingCount: number;
  /** Whether the collection is searched with the model. */
  readonly isActive: boolean;
}

/** Use cases that change collections and delete images. */
export class CollectionCases {
  constructor(private readonly ports: CollectionPorts) {}

  async list(): Promise<Collection[]> {
    return await this.ports.collections.list();
  }

  /** One page of the collections, by name. @param among the ids of the only collections that are listed; absent: all */
  async page(page: PageArguments, among?: ReadonlySet<number>): Promise<Page<Collection>> {
    const { collections } = this.ports;
    const keyOf = ({ name }: Collection): string => name;
    const read = async (after: string | null, limit: number): Promise<Collection[]> => {
      const all = (await collections.list()).filter(({ id }) => among?.has(id) ?? true);
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

  /**
   * Deletes images by their ids in the collection.
   * @param keepOut whether later loads leave their pictures out
   * @returns the number of deleted images
   * @throws NotFoundError
   */
  async deleteImages(collection: string, imageIds: readonly string[], keepOut: boolean): Promise<number> {
    return await this.ports.loads.deleteImages(normalName(collection), checkedIds(imageIds), keepOut);
  }

  /**
   * Deletes the images that match.
   * @param expectedCount the number of images that match, from `ImageCases.count`
   * @returns the number of deleted images
   * @throws ConflictError when the number of images that match is another one; NotFoundError
   */
  async deleteMatching(
    collection: string,
    filter: ImageFilter,
    expectedCount: number,
    keepOut: boolean,
  ): Promise<number> {
    checkCount('expectedCount', expectedCount, 0, Number.MAX_SAFE_INTEGER);
    const { loads } = this.ports;
    return await loads.deleteMatching(normalName(collection), checkedFilter(filter), expectedCount, keepOut);
  }

  /** Lets later loads bring images back that were deleted for good. @returns the number of images that were kept out */
  async allowImages(collection: string, imageIds: readonly string[]): Promise<number> {
    return await this.ports.loads.allowImages(normalName(collection), checkedIds(imageIds));
  }

  /** One page of the images that were deleted for good, newest first. */
  async keptOutPage({ id }: Pick<Collection, 'id'>, page: PageArguments): Promise<Page<KeptOutImage>> {
    const { keptOut } = this.ports;
    const keyOf = (image: KeptOutImage): string => String(image.id);
    const read = async (after: string | null, limit: number): Promise<KeptOutImage[]> =>
      await keptOut.page(id, after === null ? null : Number(after), limit);
    return await pageOf({ kind: `kept out ${id}`, keyOf, read }, page);
  }

  async keptOutCount({ id }: Pick<Collection, 'id'>): Promise<number> {
    return await this.ports.keptOut.count(id);
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

  /** The number of its images whose facts will still be read from their originals. */
  async countWithoutFacts({ id }: Pick<Collection, 'id'>): Promise<number> {
    return await this.ports.images.countWithoutFacts(id);
  }

  /** The number of its images whose words will still be read. Null: this server reads no words. */
  async countWordsUnread({ id }: Pick<Collection, 'id'>): Promise<number | null> {
    return await this.ports.words.countUnread(id);
  }

  /** The models in which the collection has embeddings: the active model, then the kept ones, oldest first. */
  async spaces({ id }: Pick<Collection, 'id'>): Promise<SpaceFacts[]> {
    const { collections } = this.ports;
    const spaces = await collections.listSpaces(id);
    // The counts and the active space change meanwhile: the rows of the collection are read after its spaces.
    const collection = await collections.findById(id);
    if (!collection) return [];
    const facts = spaces.map(({ id: spaceId, model, dimension, imageCount }) => ({
      ...{ model, dimension, imageCount, isActive: spaceId === collection.activeSpace.id },
      missingCount: Math.max(0, collection.imageCount - imageCount),
    }));
    return facts.sort((a, b) => Number(b.isActive) - Number(a.isActive));
  }

  /**
   * Queues a job that encodes the images with another model, or with the rest of a kept one, and then switches to it.
   * The collection is searched with its old model until then.
   * @throws NotFoundError when the collection does not exist, or the model is not installed; ConflictError while
   * another re-encoding of the collection has not ended
   */
  async reencode(collection: string, options: ReencodeOptions): Promise<LoadJob> {
    return await this.ports.loads.reencode(normalName(collection), options);
  }

  /**
   * Removes the embeddings of a kept model. @throws NotFoundError; ConflictError when the collection is searched with
   * the model, or while a re-encoding has not ended
   */
  async dropSpace(collection: string, model: string): Promise<Collection> {
    return await this.ports.loads.dropSpace(normalName(collection), model);
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

/** @returns the ids in NFC @throws InvalidInputError */
function checkedIds(imageIds: readonly string[]): string[] {
  if (imageIds.length > MAX_IDS)
    throw new InvalidInputError(`imageIds has ${imageIds.length} entries; give at most ${MAX_IDS} per call`);
  return imageIds.map(normalName);
}
