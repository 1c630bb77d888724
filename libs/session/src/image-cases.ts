import {
  InvalidInputError,
  noCollection,
  normalName,
  type ImageRow,
  type MetadataReader,
  type OriginalReader,
} from '@wentu/domain';
import { findDefaultCollection } from '@wentu/search';
import { checkCount, parseId } from './checks';

export interface ImagePorts {
  readonly reader: Pick<
    MetadataReader,
    'findCollection' | 'findImage' | 'getImages' | 'listCollections' | 'pageImages' | 'readPreview'
  >;
  readonly originals: OriginalReader;
}

export interface FoundImage {
  readonly image: ImageRow;
  readonly collection: string;
}

const MAX_PAGE = 1_000;

/** Images and their files. */
export class ImageCases {
  constructor(private readonly ports: ImagePorts) {}

  /**
   * By its own id. @param collection null: the one that is searched when none is named
   * @returns null when the collection has no such image @throws NotFoundError when there is no such collection
   */
  async find(collection: string | null, imageId: string): Promise<FoundImage | null> {
    const { reader } = this.ports;
    const name = collection === null ? await findDefaultCollection(reader) : normalName(collection);
    const found = await reader.findCollection(name);
    if (!found) throw noCollection(name);
    const image = await reader.findImage(found.id, normalName(imageId));
    return image && { image, collection: found.name };
  }

  /** Any version that was ever shown, by the id that its URL has. */
  async byId(id: string): Promise<ImageRow | null> {
    const number = parseId(id);
    const [row] = number === null ? [] : await this.ports.reader.getImages([number]);
    return row && row.state !== 'PENDING' ? row : null;
  }

  /** In the order they were loaded. @param after id of the last image that is known @param first 0 to 1,000 */
  async ofCollection(collectionId: number, after: string | null, first: number): Promise<ImageRow[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const afterId = after === null ? 0 : parseId(after);
    if (afterId === null) throw new InvalidInputError(`after is ${JSON.stringify(after)}; give the id of an image`);
    return first === 0 ? [] : await this.ports.reader.pageImages(collectionId, afterId, first);
  }

  /** Null when it is gone, or is no longer what was loaded. */
  async original(image: ImageRow): Promise<Uint8Array | null> {
    return await this.ports.originals.read(image);
  }

  /** Null when its place does not answer in time. */
  async hasOriginal(image: ImageRow): Promise<boolean | null> {
    return await this.ports.originals.isThere(image);
  }

  async preview(image: ImageRow): Promise<Uint8Array | null> {
    return await this.ports.reader.readPreview(image.id);
  }
}
