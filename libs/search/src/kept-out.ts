import type { Collection, DatasetItem, KeptOutImage, KeptOutImages } from '@wentu/domain';
import { FileStates } from './file-state';
import { locationOf, type HashedItem, type Identity, type SourceOfItems } from './image-identity';
import { chunked } from './streams';

export interface KeptOutOptions extends SourceOfItems {
  readonly keptOut: Pick<KeptOutImages, 'count' | 'findLocations' | 'findContents' | 'relocate' | 'allow'>;
  /** Null until the collection exists. */
  readonly collection: () => Collection | null;
}

type Identified = HashedItem & { readonly identity: Identity };

/** Number of items whose locations are compared with the list in one query. */
const ITEMS_PER_QUERY = 64;

/**
 * Leaves out the pictures of images that were deleted for good (decision 19). The location of a picture decides, before
 * its bytes are read. A picture that is new at its location is compared by its bytes: its file may have been moved.
 */
export class KeptOut {
  private readonly files = new FileStates();

  constructor(private readonly options: KeptOutOptions) {}

  /** Leaves out items whose locations are on the list. @param onKeptOut called with the number of items left out */
  async *withoutLocations(
    items: AsyncIterable<DatasetItem>,
    onKeptOut: (count: number) => void,
  ): AsyncGenerator<DatasetItem> {
    const { keptOut, collection } = this.options;
    const id = collection()?.id;
    // A deletion during this load is noticed when the rows are settled.
    if (id === undefined || (await keptOut.count(id)) === 0) {
      yield* items;
      return;
    }
    const limits = { maxItems: ITEMS_PER_QUERY, maxWeight: Infinity, weight: () => 0, isolated: () => false };
    for await (const chunk of chunked(items, limits)) {
      const placed = chunk.map((item) => ({ item, location: locationOf(item, this.options) }));
      const listed = await keptOut.findLocations(
        id,
        placed.flatMap(({ location }) => location ?? []),
      );
      const wanted = placed.filter(({ location }) => location === null || !listed.has(location));
      if (wanted.length < chunk.length) onKeptOut(chunk.length - wanted.length);
      for (const { item } of wanted) yield item;
    }
  }

  /**
   * The items whose bytes are those of kept-out images. A moved file is followed: its new location is on the list from
   * now on.
   */
  async findMoved<Item extends Identified>(items: readonly Item[]): Promise<Set<Item>> {
    const { keptOut, collection, isPut } = this.options;
    const id = collection()?.id;
    const imageIds = items.map(({ entry }) => entry.imageId);
    // A put is a new decision about the image of this id. Files of this name in folders stay out.
    if (isPut && id !== undefined && (await keptOut.count(id)) > 0) await keptOut.allow(id, imageIds, 'unplaced');
    if (isPut) return new Set();
    const unknown = items.filter(({ identity }) => identity.known === undefined);
    const found = new Set<Item>();
    if (id === undefined || unknown.length === 0) return found;
    const entries = await keptOut.findContents(
      id,
      unknown.map(({ contentHash }) => contentHash),
    );
    const moves = new Map<number, { id: number; location: string; path: string | null }>();
    for (const item of unknown) {
      for (const entry of entries) {
        if (entry.contentHash !== item.contentHash || !(await this.isSamePicture(item, entry))) continue;
        found.add(item);
        const { location } = item.identity;
        if (location !== null) moves.set(entry.id, { id: entry.id, location, path: this.fileOf(item.entry) });
        break;
      }
    }
    if (moves.size > 0) await keptOut.relocate(id, [...moves.values()]);
    return found;
  }

  /** Whether a picture with the bytes of a kept-out image is that image, and not a copy of it. */
  private async isSamePicture({ entry }: HashedItem, { imageId, path }: KeptOutImage): Promise<boolean> {
    if (path === null || this.fileOf(entry) === null) return entry.imageId === imageId;
    return (await this.files.of(path)) === 'missing';
  }

  /** The file of a picture in a folder of the server. An upload is removed after its load. */
  private fileOf({ file }: DatasetItem): string | null {
    return this.options.isUpload ? null : (file?.path ?? null);
  }
}
