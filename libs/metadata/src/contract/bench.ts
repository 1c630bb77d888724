import {
  NO_FACTS,
  NOTHING_IGNORED,
  type LoadProgress,
  type MetadataStore,
  type NewEmbedding,
  type NewImage,
} from '@wentu/domain';

export interface OpenedStore {
  readonly store: MetadataStore;
  /** Opens a second connection to the same data, as another process does. */
  connect(): Promise<MetadataStore>;
  cleanup(): Promise<void>;
}

export const SPACE = { model: 'm', space: 's', dimension: 4 };
export const NONE: LoadProgress = {
  total: null,
  processed: 0,
  loaded: 0,
  skipped: 0,
  failed: 0,
  keptOut: 0,
  replaced: 0,
  removed: 0,
  missing: 0,
  unreadFolders: 0,
  ignored: NOTHING_IGNORED,
  imagesPerSecond: null,
};

/** Options of test images. `data` has the bytes of copied originals. */
type More = Partial<NewImage> & { readonly data?: Uint8Array };

/** A new store for each test, and helpers that write test data. */
export class Bench {
  private opened: OpenedStore | undefined;

  constructor(private readonly openStore: () => Promise<OpenedStore>) {}

  get store(): MetadataStore {
    return this.current().store;
  }

  async open(): Promise<void> {
    this.opened = await this.openStore();
  }

  async close(): Promise<void> {
    await this.opened?.cleanup();
    this.opened = undefined;
  }

  async connect(): Promise<MetadataStore> {
    return await this.current().connect();
  }

  /** @returns the id of the new collection */
  async create(name = 'c'): Promise<number> {
    return (await this.store.collections.create({ name, ...SPACE })).id;
  }

  async count(collectionId: number): Promise<number | undefined> {
    return (await this.store.collections.findById(collectionId))?.imageCount;
  }

  /** @returns [number of images, total size in bytes] */
  async totals(collectionId: number): Promise<[number, number] | null> {
    const collection = await this.store.collections.findById(collectionId);
    return collection && [collection.imageCount, collection.sizeBytes];
  }

  /** @returns the active space of a collection that is not being dropped */
  async spaceOf(collectionId: number): Promise<number> {
    return (await this.store.collections.findById(collectionId))?.activeSpace.id ?? 0;
  }

  /** Inserts PENDING rows, each with an embedding in the active space. @param data bytes of copied originals */
  async insert(collectionId: number, rows: readonly NewImage[], data?: Uint8Array): Promise<void> {
    if (data) {
      const originals = rows.map(({ id }) => ({ id, data }));
      await this.store.originals.put(collectionId, originals);
    }
    const spaceId = await this.spaceOf(collectionId);
    const embeddings = rows.map(({ id }) => newEmbedding(id, spaceId));
    await this.store.images.insertPending(collectionId, rows, embeddings);
  }

  /** Inserts PENDING rows. @returns their ids */
  async images(collectionId: number, imageIds: readonly string[], { data, ...more }: More = {}): Promise<number[]> {
    const first = await this.store.ids.reserve(imageIds.length);
    const rows = imageIds.map((imageId, i) => ({ ...newImage(first + i, imageId), ...more }));
    await this.insert(collectionId, rows, data);
    return rows.map((row) => row.id);
  }

  /** Inserts READY rows. @returns their ids */
  async readyImages(collectionId: number, imageIds: readonly string[], more: More = {}): Promise<number[]> {
    const ids = await this.images(collectionId, imageIds, more);
    await this.store.images.settle(collectionId, ids);
    return ids;
  }

  /** Completes a drop. */
  async remove(collectionId: number): Promise<void> {
    const { collections, originals } = this.store;
    await collections.removeImages(collectionId);
    await originals.delete(await originals.listLoose(collectionId, 1_000));
    await collections.remove(collectionId);
  }

  private current(): OpenedStore {
    if (!this.opened) throw new Error('no store is open');
    return this.opened;
  }
}

export function newImage(id: number, imageId: string): NewImage {
  return {
    id,
    imageId,
    contentHash: 'c'.repeat(64),
    mimeType: 'image/png',
    width: 3,
    height: 2,
    sizeBytes: 7,
    source: '/photos',
    location: `/photos/${imageId}`,
    original: { kind: 'reference', path: `/photos/${imageId}`, modifiedAtMs: 1_700_000_000_000.25 },
    facts: NO_FACTS,
  };
}

export function newEmbedding(imageRowId: number, spaceId: number): NewEmbedding {
  return { imageRowId, spaceId, vector: Float32Array.of(imageRowId, 0.5, -0.25, 1), fingerprint: 'f'.repeat(64) };
}
