import {
  IndexMismatchError,
  isSameSpace,
  noImage,
  NotFoundError,
  sentence,
  type Collection,
  type CollectionReader,
  type EmbeddedImage,
  type ImageReader,
  type TextEncoder,
  type TextEncoders,
  type TextExplainer,
} from '@wentu/domain';
import { combine, type CombinedTerms, type QueryTerm } from './query-terms';
import { noModelFor } from './space';

/** A query in the space of a collection. */
export interface EncodedQuery extends CombinedTerms {
  /** The images in the query, which are not hits: row ids, and the ids of their collections. */
  readonly selves: ReadonlyMap<number, number>;
  /** The vector of the only wanted term, if that is a text. */
  readonly text: Float32Array | null;
}

interface EncodedTerm {
  readonly vector: Float32Array;
  readonly self?: EmbeddedImage;
}

/** Turns queries into vectors of a collection's space. */
export class QueryEncoder {
  constructor(
    private readonly reader: {
      readonly collections: Pick<CollectionReader, 'listSpaces'>;
      readonly images: Pick<ImageReader, 'findEmbedded' | 'find' | 'get' | 'getEmbedded'>;
    },
    private readonly encoders: TextEncoders,
  ) {}

  async encode(
    terms: readonly QueryTerm[],
    collection: Collection,
    signal: AbortSignal | undefined,
  ): Promise<EncodedQuery> {
    const texts = terms.flatMap((term) => ('text' in term ? [term.text] : []));
    const encoder = needsModel(terms) ? await this.encoderOf(collection) : null;
    const textVectors = encoder && texts.length > 0 ? await encoder.encodeTexts(texts, signal) : [];
    const encoded: EncodedTerm[] = [];
    let nextText = 0;
    for (const term of terms) {
      if ('text' in term) encoded.push({ vector: textVectors[nextText++] as Float32Array });
      else if ('encode' in term) encoded.push({ vector: await term.encode(collection.activeSpace, signal) });
      else {
        const stored =
          'image' in term ? await this.anyImage(collection, term.image) : await this.embedded(collection, term.imageId);
        encoded.push({ vector: stored.vector, self: stored });
      }
    }
    const combined = combine(
      terms.map(({ weight }) => weight),
      encoded.map(({ vector }) => vector),
    );
    const wanted = terms.filter(({ weight }) => weight > 0);
    return {
      ...combined,
      selves: new Map(encoded.flatMap(({ self }) => (self ? [[self.id, self.collectionId] as const] : []))),
      text: wanted.length === 1 && wanted[0] && 'text' in wanted[0] ? combined.shown : null,
    };
  }

  /** @throws IndexMismatchError when the terms need a model of the collection, and none is installed */
  async checkModel(terms: readonly QueryTerm[], collection: Collection): Promise<void> {
    if (needsModel(terms)) await this.encoderOf(collection);
  }

  /** @throws IndexMismatchError when no installed model makes the collection's embeddings */
  async encoderOf(collection: Collection): Promise<TextEncoder & TextExplainer> {
    const encoder = await this.encoders.of(collection.activeSpace);
    if (encoder) return encoder;
    throw noModelFor(collection);
  }

  /** @throws NotFoundError when there is no such image, or when a change of the model could not encode it */
  async embedded({ id, name, activeSpace }: Collection, imageId: string): Promise<EmbeddedImage> {
    const [image] = await this.reader.images.findEmbedded(id, activeSpace.id, [imageId]);
    if (image) return image;
    if (!(await this.reader.images.find(id, imageId))) throw noImage(imageId, name);
    throw new NotFoundError(sentence('NO_EMBEDDING', { image: imageId, collection: name, model: activeSpace.model }));
  }

  /**
   * An image of any collection in the active space of this one, or in an equal space.
   * @throws NotFoundError without such an image; IndexMismatchError when it has no embedding in that space
   */
  private async anyImage({ activeSpace }: Collection, id: number): Promise<EmbeddedImage> {
    const { images, collections } = this.reader;
    const [row] = await images.get([id]);
    if (row?.state !== 'READY') throw new NotFoundError(sentence('NO_IMAGE_ID', { id }));
    const spaces = await collections.listSpaces(row.collectionId);
    for (const space of spaces.filter((each) => isSameSpace(each, activeSpace))) {
      const [image] = await images.getEmbedded(space.id, [id]);
      if (image) return image;
    }
    throw new IndexMismatchError(sentence('OTHER_SPACE', { id, model: activeSpace.model }));
  }
}

/** The vectors of stored images need no model. */
function needsModel(terms: readonly QueryTerm[]): boolean {
  return terms.some((term) => 'text' in term || 'encode' in term);
}
