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
  /** The version that is there now. */
  readonly known: KnownVersion | undefined;
}

export interface IdentityOptions {
  readonly images: Pick<ImageReader, 'findVersions'>;
  /** Null as long as there is none. */
  readonly collection: () => Collection | null;
  /** Of the source. */
  readonly directory: string;
  readonly isUpload: boolean;
}

/**
 * Says which image of a collection each picture of a source is, by decision 4: an image is what lies at one location.
 * Its imageId is the name that its source gives it, with a mark where another image has that name. An upload has no
 * location: there the name and the bytes decide.
 */
export class ImageIdentities {
  /** ImageIds that were given out and are not READY yet. */
  private readonly taken = new Set<string>();
  private readonly files = new FileStates();

  constructor(private readonly options: IdentityOptions) {}

  /** In the items' order. */
  async identify(items: readonly HashedItem[]): Promise<Identity[]> {
    const placed = items.map((item) => ({ item, location: this.locationOf(item.entry) }));
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

  /** These are READY now, or will not be: the store knows what there is to know of them. */
  release(imageIds: Iterable<string>): void {
    for (const imageId of imageIds) this.taken.delete(imageId);
  }

  private locationOf({ location, imageId }: DatasetItem): string | null {
    if (this.options.isUpload) return null;
    return location ?? `${this.options.directory}#${imageId}`;
  }

  /** For a picture whose location is new. @param holder the version that has its name */
  private async named(item: HashedItem, location: string | null, holder: KnownVersion | undefined): Promise<Identity> {
    const { imageId } = item.entry;
    // In this chunk or in one that is under way, another picture is this image.
    if (this.taken.has(imageId)) return await this.marked(item, location);
    if (!holder) return { imageId, location, known: undefined };
    if (await this.isSamePicture(item, holder)) return { imageId, location, known: holder };
    return await this.marked(item, location);
  }

  private async isSamePicture({ fingerprint }: HashedItem, holder: KnownVersion): Promise<boolean> {
    const { directory, isUpload } = this.options;
    const isEqual = holder.fingerprint === fingerprint;
    if (isUpload) return isEqual;
    // Rows of an older Wentu: in one source a name was one picture.
    if (!holder.hasLocation && holder.source === directory) return true;
    if (!isEqual) return false;
    // Moved: its file is not where it was, or its bytes are in the store and its source has another path now.
    return holder.original.kind === 'reference'
      ? (await this.files.of(holder.original.path)) === 'gone'
      : holder.source !== directory;
  }

  /** Another image has the name: it stays as it is. */
  private async marked(item: HashedItem, location: string | null): Promise<Identity> {
    const hash = location === null ? item.contentHash : createHash('sha256').update(location).digest('hex');
    for (const length of [8, 16, 32, 64]) {
      const imageId = withMark(item.entry.imageId, hash.slice(0, length));
      const holder = (await this.find([], [imageId])).byImageId.get(imageId);
      if (!holder && !this.taken.has(imageId)) return { imageId, location, known: undefined };
      if (holder && location === null && holder.fingerprint === item.fingerprint)
        return { imageId, location, known: holder };
    }
    throw new Error(`no imageId is left for ${item.entry.item}`);
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

/** A longer one is part of a name with a dot in it. */
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
