import { createHash } from 'node:crypto';
import {
  MAX_IMAGE_ID_LENGTH,
  type Collection,
  type DatasetItem,
  type KnownVersion,
  type ImageReader,
} from '@wentu/domain';
import { FileStates } from './file-state';

/** A picture of a source whose bytes have been read. */
export interface HashedItem {
  readonly entry: DatasetItem;
  /** SHA-256 of the bytes, hex. */
  readonly contentHash: string;
  readonly fingerprint: string;
}

export interface Identity {
  readonly imageId: string;
  readonly location: string | null;
  /** The current version of the image. */
  readonly known: KnownVersion | undefined;
}

/** What the locations of pictures depend on. */
export interface SourceOfItems {
  /** Directory of the source. */
  readonly directory: string;
  readonly isUpload: boolean;
  /** The caller chose the ids: each picture is the image of its id. */
  readonly isPut: boolean;
}

export interface IdentityOptions extends SourceOfItems {
  readonly images: Pick<ImageReader, 'findVersions'>;
  /** Null until the collection exists. */
  readonly collection: () => Collection | null;
}

/** The location of a picture; null if only its name and bytes identify it. */
export function locationOf(
  { location, imageId }: Pick<DatasetItem, 'location' | 'imageId'>,
  { directory, isUpload }: SourceOfItems,
): string | null {
  return isUpload ? null : (location ?? `${directory}#${imageId}`);
}

/**
 * Decides which image of a collection each picture of a source is (decision 4). A location identifies an image. Its
 * imageId is the name from the source, with a mark if another image has that name. Uploads have no locations: their
 * names and bytes identify images. Puts are uploads whose names alone identify images.
 */
export class ImageIdentities {
  /** ImageIds that this load has assigned and that are not READY yet. */
  private readonly taken = new Set<string>();
  private readonly files = new FileStates();

  constructor(private readonly options: IdentityOptions) {}

  /** Returns one identity per item, in order. */
  async identify(items: readonly HashedItem[]): Promise<Identity[]> {
    const placed = items.map((item) => ({ item, location: locationOf(item.entry, this.options) }));
    const known = await this.find(
      placed.flatMap(({ location }) => location ?? []),
      items.map(({ entry }) => entry.imageId),
    );
    const identities: Identity[] = [];
    for (const { item, location } of placed) {
      const found = location === null ? undefined : known.byLocation.get(location);
      const identity = found
        ? { imageId: found.imageId, location, known: found }
        : await this.named(item, location, known.byImageId.get(item.entry.imageId));
      this.taken.add(identity.imageId);
      identities.push(identity);
    }
    return identities;
  }

  /** Call it for images that are READY now or that failed: from now on the store has their state. */
  release(imageIds: Iterable<string>): void {
    for (const imageId of imageIds) this.taken.delete(imageId);
  }

  /** For a picture with a new location. @param holder the version that has its name */
  private async named(item: HashedItem, location: string | null, holder: KnownVersion | undefined): Promise<Identity> {
    const { imageId } = item.entry;
    if (this.options.isPut) return { imageId, location, known: holder };
    // Another picture of this chunk, or of one in flight, already has this imageId.
    if (this.taken.has(imageId)) return await this.marked(item, location);
    if (!holder) return { imageId, location, known: undefined };
    if (await this.isSamePicture(item, holder)) return { imageId, location, known: holder };
    return await this.marked(item, location);
  }

  private async isSamePicture({ fingerprint }: HashedItem, holder: KnownVersion): Promise<boolean> {
    const { directory, isUpload } = this.options;
    const isEqual = holder.fingerprint === fingerprint;
    if (isUpload) return isEqual;
    // An older Wentu version wrote this row. It identified the images of a source by name.
    if (!holder.hasLocation && holder.source === directory) return true;
    if (!isEqual) return false;
    // The picture was moved: its old file does not exist any more, or its original is in the store and its source has
    // another path.
    return holder.original.kind === 'reference'
      ? (await this.files.of(holder.original.path)) === 'missing'
      : holder.source !== directory;
  }

  /** Adds a mark to the name, because another image has the name and must not change. */
  private async marked(item: HashedItem, location: string | null): Promise<Identity> {
    const hash = location === null ? item.contentHash : createHash('sha256').update(location).digest('hex');
    for (const length of [8, 16, 32, 64]) {
      const imageId = withMark(item.entry.imageId, hash.slice(0, length));
      const holder = (await this.find([], [imageId])).byImageId.get(imageId);
      if (!holder && !this.taken.has(imageId)) return { imageId, location, known: undefined };
      if (holder && location === null && holder.fingerprint === item.fingerprint)
        return { imageId, location, known: holder };
    }
    throw new Error(`no imageId is free for ${item.entry.item}`);
  }

  private async find(
    locations: readonly string[],
    imageIds: readonly string[],
  ): ReturnType<ImageReader['findVersions']> {
    const collection = this.options.collection();
    if (collection === null) return { byLocation: new Map(), byImageId: new Map() };
    return await this.options.images.findVersions(collection.id, collection.activeSpace.id, { locations, imageIds });
  }
}

/** A longer text after the last dot is part of the name. */
const MAX_EXTENSION_LENGTH = 16;

/** `DCIM/IMG_1.jpg` becomes `DCIM/IMG_1-0f3a9c21.jpg`, cut to the longest imageId. */
function withMark(imageId: string, mark: string): string {
  const dot = imageId.lastIndexOf('.');
  const hasExtension = dot > imageId.lastIndexOf('/') + 1 && imageId.length - dot <= MAX_EXTENSION_LENGTH;
  const end = hasExtension ? dot : imageId.length;
  const ending = `-${mark}${imageId.slice(end)}`;
  const room = MAX_IMAGE_ID_LENGTH - Array.from(ending).length;
  return Array.from(imageId.slice(0, end)).slice(0, room).join('') + ending;
}
