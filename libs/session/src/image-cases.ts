import {
  InvalidInputError,
  normalName,
  type ByteRange,
  type ByteStream,
  type CollectionReader,
  type ImageReader,
  type ImageRow,
  type OriginalReader,
  type StoredPictures,
} from '@wentu/domain';
import { checkCount, MAX_PAGE, nameOrDefault } from './checks';
import { parseId } from './node-id';
import { pageOf, type Page, type PageArguments } from './paging';

export interface ImagePorts {
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly images: Pick<ImageReader, 'find' | 'get' | 'page'>;
  readonly previews: Pick<StoredPictures, 'readPreview'>;
  readonly originals: OriginalReader;
}

export interface FoundImage {
  readonly image: ImageRow;
  readonly collection: string;
}

/** Use cases that read images and their files. */
export class ImageCases {
  constructor(private readonly ports: ImagePorts) {}

  /**
   * Finds an image by its id in the collection.
   * @param collection null: the default collection
   * @returns null when the collection has no such image, or does not exist
   */
  async find(collection: string | null, imageId: string): Promise<FoundImage | null> {
    const { collections, images } = this.ports;
    const name = await nameOrDefault(collections, collection);
    const found = await collections.find(name);
    const image = found && (await images.find(found.id, normalName(imageId)));
    return image && { image, collection: found.name };
  }

  /** Any version of an image that was ever shown, by the id in its URL. */
  async byId(id: string): Promise<ImageRow | null> {
    const number = parseId(id, 'Image');
    const [row] = number === null ? [] : await this.ports.images.get([number]);
    return row && row.state !== 'PENDING' ? row : null;
  }

  /** Images in the order of loading. @param after id of the last known image @param first 0 to 1,000 */
  async ofCollection(collectionId: number, after: string | null, first: number): Promise<ImageRow[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const afterId = after === null ? 0 : parseId(after, 'Image');
    if (afterId === null) throw new InvalidInputError(`after is ${JSON.stringify(after)}; give the id of an image`);
    return first === 0 ? [] : await this.ports.images.page(collectionId, afterId, first);
  }

  /** One page of images, in the order of loading. */
  async page(collectionId: number, page: PageArguments): Promise<Page<ImageRow>> {
    const { images } = this.ports;
    const keyOf = ({ id }: ImageRow): string => String(id);
    const read = async (after: string | null, limit: number): Promise<ImageRow[]> =>
      await images.page(collectionId, Number(after), limit);
    return await pageOf({ kind: `images ${collectionId}`, keyOf, read }, page);
  }

  /** The original; null when it is missing or has changed since the load. */
  async original(image: ImageRow): Promise<Uint8Array | null> {
    return await this.ports.originals.read(image);
  }

  /** The original as a stream, or a part of it. The caller destroys a stream that it does not read to the end. */
  async openOriginal(image: ImageRow, range?: ByteRange): Promise<ByteStream | null> {
    return await this.ports.originals.open(image, range);
  }

  /** Whether the original exists; null when its disk does not answer in time. */
  async hasOriginal(image: ImageRow): Promise<boolean | null> {
    return await this.ports.originals.isThere(image);
  }

  async preview(image: ImageRow): Promise<Uint8Array | null> {
    return await this.ports.previews.readPreview(image.id);
  }
}
