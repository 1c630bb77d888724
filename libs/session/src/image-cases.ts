import {
  InvalidInputError,
  LimitExceededError,
  ItemError,
  LOAD_ORDER,
  noCollection,
  normalName,
  NotFoundError,
  orderValue,
  type ByteRange,
  type ByteStream,
  type Collection,
  type CollectionReader,
  type ExifField,
  type ImageFilter,
  type ImageList,
  type ImageOrder,
  type ImageReader,
  type ImageRow,
  type ListPlace,
  type OriginalReader,
  type StoredPictures,
  type WordLine,
  type WordsReader,
} from '@wentu/domain';
import type { Facet, FacetField, Facets } from '@wentu/search';
import { checkCount, MAX_PAGE, nameOrDefault } from './checks';
import { cursorsOf } from './list-cursor';
import { parseId } from './node-id';
import { checkedFilter } from './normal-filter';
import { pageOf, type Page, type PageArguments } from './paging';

export interface ImagePorts {
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly images: Pick<ImageReader, 'countBefore' | 'find' | 'get' | 'list' | 'pageMatchingIds' | 'placeAt'>;
  readonly previews: Pick<StoredPictures, 'readPreview'>;
  readonly originals: OriginalReader;
  readonly words: Pick<WordsReader, 'get'>;
  readonly facets: Pick<Facets, 'count' | 'countMatching'>;
  /** The largest zip file: its pictures, and their bytes together. */
  readonly limits: { readonly maxZipImages: number; readonly maxZipBytes: number };
  /** Reads the EXIF block of a picture file. */
  readonly pictures: { exif(file: Uint8Array, signal?: AbortSignal): Promise<readonly ExifField[]> };
}

/** More images than a collection can have. */
const MAX_OFFSET = 10_000_000;

/** Which images of a collection a list has. Absent: all of them, in the order of loading. */
export interface WantedList {
  readonly filter?: ImageFilter;
  readonly order?: ImageOrder;
}

/** What is counted. */
export interface WantedFacets {
  readonly fields: readonly FacetField[];
  readonly filter?: ImageFilter;
  /** The folder whose folders FOLDER counts; empty for the whole collection. */
  readonly folder: string;
  /** Largest number of values of a field, 1 to 1,000. */
  readonly limit: number;
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

  /**
   * The images that one zip file has, in the order of their ids in the call. Unknown ids, and ids that come twice, are
   * left out.
   * @param ids `Image:123` or `123`, from 1 to the limit
   * @param among the ids of the only collections whose images are found; absent: all
   * @throws InvalidInputError; NotFoundError when no image is left; LimitExceededError for too many images or bytes
   */
  async forZip(ids: readonly string[], among?: ReadonlySet<number>): Promise<ImageRow[]> {
    const { maxZipImages, maxZipBytes } = this.ports.limits;
    if (ids.length === 0) throw new InvalidInputError('ids is empty; give the ids of images, such as Image:123');
    if (ids.length > maxZipImages)
      throw new LimitExceededError(
        `ids has ${ids.length} entries, and a zip file has at most ${maxZipImages} pictures (WENTU_MAX_ZIP_IMAGES); take fewer at once`,
      );
    const numbers = [...new Set(ids.flatMap((id) => parseId(id, 'Image') ?? []))];
    const rows = numbers.length === 0 ? [] : await this.ports.images.get(numbers);
    const found = new Map(
      rows.flatMap((row) =>
        row.state !== 'PENDING' && (among?.has(row.collectionId) ?? true) ? [[row.id, row] as const] : [],
      ),
    );
    const images = numbers.flatMap((id) => found.get(id) ?? []);
    if (images.length === 0)
      throw new NotFoundError('none of these images exists any more; search again, and choose again');
    const sizeBytes = images.reduce((sum, image) => sum + image.sizeBytes, 0);
    if (sizeBytes > maxZipBytes)
      throw new LimitExceededError(
        `these ${images.length} pictures have ${sizeBytes} bytes, and a zip file has at most ${maxZipBytes} (WENTU_MAX_ZIP_BYTES); take fewer at once`,
      );
    return images;
  }

  /**
   * Images of a list.
   * @param after id of the last known image, which has to exist unless the list is in the order of loading
   * @param first 0 to 1,000
   */
  async ofCollection(collectionId: number, list: WantedList, after: string | null, first: number): Promise<ImageRow[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const checked = checkedList(list);
    const place = after === null ? null : await this.placeOf(collectionId, checked.order, after);
    return first === 0 ? [] : await this.ports.images.list(collectionId, checked, place, first);
  }

  /**
   * One page of a list.
   * @param offset how many images are before the page, 0 to 10,000,000; then `page.after` is null
   */
  async page(collectionId: number, list: WantedList, page: PageArguments, offset = 0): Promise<Page<ImageRow>> {
    const checked = checkedList(list);
    const { kind, keyOf, placeIn } = cursorsOf(collectionId, checked);
    const { images } = this.ports;
    const read = async (after: string | null, limit: number): Promise<ImageRow[]> => {
      if (after !== null) return await images.list(collectionId, checked, placeIn(after), limit);
      if (offset === 0) return await images.list(collectionId, checked, null, limit);
      const place = await images.placeAt(collectionId, checked, offset - 1);
      return place ? await images.list(collectionId, checked, place, limit) : [];
    };
    checkCount('offset', offset, 0, MAX_OFFSET);
    if (offset > 0 && page.after !== null)
      throw new InvalidInputError('offset and after are both given; give one of them');
    const found = await pageOf({ kind, keyOf, read }, page);
    return { ...found, hasPreviousPage: found.hasPreviousPage || offset > 0 };
  }

  /** The number of images that match. */
  async count(collection: Pick<Collection, 'id' | 'name'>, filter: ImageFilter): Promise<number> {
    return await this.ports.facets.countMatching(collection, checkedFilter(filter));
  }

  /**
   * The lines of text that were read in pictures, by the ids of their rows. Pictures without text, and pictures that
   * were not read yet, are left out.
   * @param ids at most 1,000
   */
  async words(ids: readonly number[]): Promise<ReadonlyMap<number, readonly WordLine[]>> {
    checkCount('the number of ids', ids.length, 0, MAX_PAGE);
    return await this.ports.words.get(ids);
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

  /**
   * The fields of the EXIF block of the original, at most about 70; empty when it has none, or is damaged.
   * @returns null when the original is missing
   */
  async exif(image: ImageRow, signal?: AbortSignal): Promise<readonly ExifField[] | null> {
    const file = await this.ports.originals.read(image);
    if (!file) return null;
    try {
      return await this.ports.pictures.exif(file, signal);
    } catch (error) {
      // The picture can be seen all the same.
      if (error instanceof ItemError) return [];
      throw error;
    }
  }

  /**
   * Where the original is on the machine of the server; null when it was copied into the store, and for a path that is
   * no text.
   */
  async originalPath({ original }: ImageRow): Promise<string | null> {
    return original.kind === 'copied' || original.path.startsWith('base64:') ? null : original.path;
  }

  /**
   * How many images of a list are before an image.
   * @param id its id
   * @returns null when the list does not have the image
   */
  async position(collectionId: number, list: WantedList, id: string): Promise<number | null> {
    const checked = checkedList(list);
    const { images } = this.ports;
    const number = parseId(id, 'Image');
    const [image] = number === null ? [] : await images.get([number]);
    if (image?.state !== 'READY' || image.collectionId !== collectionId) return null;
    const { filter } = checked;
    const [found] = filter ? await images.pageMatchingIds(collectionId, filter, image.id - 1, 1) : [image.id];
    if (found !== image.id) return null;
    return await images.countBefore(collectionId, checked, { value: orderValue(checked.order, image), id: image.id });
  }

  async preview(image: ImageRow): Promise<Uint8Array | null> {
    return await this.ports.previews.readPreview(image.id);
  }

  /**
   * Counts the images that match by the values of fields.
   * @param collection null: the default collection
   * @throws NotFoundError, InvalidInputError
   */
  async facets(collection: string | null, wanted: WantedFacets): Promise<Facet[]> {
    const { collections, facets } = this.ports;
    const { fields, folder, limit } = wanted;
    if (fields.length === 0) throw new InvalidInputError('fields is empty; give at least one field');
    checkCount('limit', limit, 1, MAX_PAGE);
    const filter = wanted.filter ? checkedFilter(wanted.filter) : null;
    const name = await nameOrDefault(collections, collection);
    const found = await collections.find(name);
    if (!found) throw noCollection(name);
    const query = { fields: [...new Set(fields)], filter, folder: checkedFolder(folder), limit };
    return await facets.count(found, query);
  }

  private async placeOf(collectionId: number, order: ImageOrder, after: string): Promise<ListPlace> {
    const id = parseId(after, 'Image');
    if (id === null) throw new InvalidInputError(`after is ${JSON.stringify(after)}; give the id of an image`);
    if (order.field === 'LOADED_AT') return { value: id, id };
    const [row] = await this.ports.images.get([id]);
    if (row?.collectionId === collectionId) return { value: orderValue(order, row), id };
    throw new InvalidInputError(
      `after is ${JSON.stringify(after)}, and the collection has no image of this id any more; ` +
        'begin again without after, or read imagesConnection, whose cursors need no image',
    );
  }
}

function checkedList({ filter, order = LOAD_ORDER }: WantedList): ImageList {
  return { order, ...(filter ? { filter: checkedFilter(filter) } : {}) };
}

/** @returns the folder in NFC; '' for the whole collection */
function checkedFolder(folder: string): string {
  if (folder === '') return '';
  const checked = checkedFilter({ kind: 'inFolder', attribute: 'imageId', folder });
  return checked.kind === 'inFolder' ? checked.folder : '';
}
