import type { Collection, ImageReader } from '@wentu/domain';

/** Number of images from which the centre of a collection is computed. */
const SAMPLE = 256;
/** The sample is read at so many places, because neighbours were often loaded from the same folder. */
const PLACES = 8;
const MOST_COLLECTIONS = 256;
/** A centre is computed again when the number of images has changed by this share, or after this time. */
const CHANGED = 0.1;
const KEPT_MS = 10 * 60_000;

interface Centre {
  readonly vector: Float32Array | null;
  readonly imageCount: number;
  readonly madeAt: number;
}

type Reader = Pick<ImageReader, 'pageEmbeddedIds' | 'pageEmbeddings' | 'settlement'>;

/** The mean embedding of each searched collection, from a sample of its images. */
export class CollectionCentres {
  /** By collection and space, in the order of their last use. */
  private readonly centres = new Map<string, Centre | Promise<Centre>>();

  constructor(
    private readonly images: Reader,
    private readonly now: () => number = Date.now,
  ) {}

  /** Only the first call for a collection waits for the sample. @returns null for an empty collection */
  async of(collection: Collection): Promise<Float32Array | null> {
    const key = `${collection.id} ${collection.activeSpace.id}`;
    const known = this.centres.get(key);
    const centre = await (known ?? this.make(key, collection));
    if (!known) return centre.vector;
    if (!this.isOld(centre, collection)) {
      this.keep(key, centre);
      return centre.vector;
    }
    const made = this.make(key, collection);
    if (!centre.vector) return (await made).vector;
    // The old centre serves meanwhile, and longer if the sample cannot be read.
    this.keep(key, { ...centre, imageCount: collection.imageCount, madeAt: this.now() });
    made.catch(() => undefined);
    return centre.vector;
  }

  private isOld({ imageCount, madeAt }: Centre, collection: Collection): boolean {
    return Math.abs(collection.imageCount - imageCount) > CHANGED * imageCount || this.now() - madeAt > KEPT_MS;
  }

  private async make(key: string, { id, activeSpace, imageCount }: Collection): Promise<Centre> {
    const making = this.sample(id, activeSpace.id).then((vectors): Centre => {
      const centre = { vector: meanOf(vectors), imageCount, madeAt: this.now() };
      this.keep(key, centre);
      return centre;
    });
    this.keep(key, making);
    return await making.catch((error: unknown) => {
      if (this.centres.get(key) === making) this.centres.delete(key);
      throw error;
    });
  }

  private keep(key: string, centre: Centre | Promise<Centre>): void {
    this.centres.delete(key);
    this.centres.set(key, centre);
    const [oldest] = this.centres.keys();
    if (this.centres.size > MOST_COLLECTIONS && oldest !== undefined) this.centres.delete(oldest);
  }

  private async sample(collectionId: number, spaceId: number): Promise<Float32Array[]> {
    const [first] = await this.images.pageEmbeddedIds(collectionId, spaceId, 0, 1);
    if (first === undefined) return [];
    const { newestId } = await this.images.settlement(collectionId);
    const vectors = new Map<number, Float32Array>();
    for (let place = 0; place < PLACES; place++) {
      const afterId = first - 1 + Math.floor(((newestId - first + 1) * place) / PLACES);
      const page = await this.images.pageEmbeddings(collectionId, spaceId, afterId, SAMPLE / PLACES);
      const dimension = page.vectors.length / page.ids.length;
      page.ids.forEach((id, i) => vectors.set(id, page.vectors.subarray(i * dimension, (i + 1) * dimension)));
    }
    return [...vectors.values()];
  }
}

function meanOf(vectors: readonly Float32Array[]): Float32Array | null {
  const [first] = vectors;
  if (!first) return null;
  const mean = new Float32Array(first.length);
  for (const vector of vectors)
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (vector[i] as number);
  return mean.map((value) => value / vectors.length);
}
