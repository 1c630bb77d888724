import { createHash } from 'node:crypto';
import {
  ItemError,
  NotFoundError,
  WentuError,
  type ClaimedJob,
  type Collection,
  type Dataset,
  type BrokenItem,
  type ChunkExecutor,
  type ChunkResult,
  type DatasetEntry,
  type DatasetItem,
  type EncodedPicture,
  type LoadFailure,
  type MetadataStore,
  type NewImage,
  type Original,
  type VectorStore,
} from '@wentu/domain';
import { removeMissing } from './missing-images';
import { ImageIdentities, type HashedItem, type Identity } from './image-identity';
import { removeReady, removeVersions } from './index-entries';
import { indexName } from './index-name';
import type { LoadLease } from './load-lease';
import type { LoadTally } from './load-tally';
import { ahead, chunked, mapOrdered, present } from './streams';

export interface LoadRunTools {
  readonly store: MetadataStore;
  readonly vectors: VectorStore;
  readonly executor: ChunkExecutor;
  /** Largest number of pictures per chunk. */
  readonly batchSize: number;
  /** Largest original that is copied into the store. */
  readonly maxCopiedBytes: number;
  /** Rebuilds the index from the rows. */
  repairIndex(collection: Collection): Promise<unknown>;
}

/** Largest total size of the pictures of one chunk, in bytes. A single larger picture is a chunk of its own. */
const MAX_CHUNK_BYTES = 32 * 1024 * 1024;
const READ_CONCURRENCY = 4;
/** Largest number of mount points that are stored for a folder. */
const MAX_DEVICES = 1_000;
/** Largest number of pictures per chunk when features are given. Each chunk costs a few disk writes. */
const MAX_READY_ITEMS = 256;

interface ReadItem extends HashedItem {
  readonly bytes: Uint8Array;
}
interface Identified extends ReadItem {
  readonly identity: Identity;
}
/** The changed pictures of a chunk; empty if none has changed. */
type Changed = readonly Identified[];
interface Executed extends Omit<Identified, 'bytes'> {
  readonly sizeBytes: number;
  readonly result: ChunkResult;
  /** Bytes to copy into the store; undefined for an original by reference. */
  readonly data: Uint8Array | undefined;
}

/** An image that is ready to be written. */
interface Encoded {
  readonly image: NewImage;
  readonly vector: Float32Array;
  readonly fingerprint: string;
  /** Bytes to copy into the store; undefined for an original by reference. */
  readonly data: Uint8Array | undefined;
}

/**
 * The collection of a load. A new collection is created with the first image, so a load that fails for every image
 * creates none.
 */
export interface LoadTarget {
  readonly space: string;
  /** Null until it is created. */
  readonly collection: Collection | null;
  make(): Promise<Collection>;
}

/**
 * One load of one source into one collection: read → hash → skip unchanged pictures → execute (decode, encode) → commit
 * → index → READY. The executor has several chunks in flight. All other steps process the chunks in the order of the
 * source and at most one chunk ahead. So ids ascend in that order, and memory does not grow with the source.
 */
export class LoadRun {
  private readonly copies: boolean;
  private readonly identities: ImageIdentities;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly tools: LoadRunTools,
    private readonly target: LoadTarget,
    private readonly dataset: Dataset,
    private readonly claimed: ClaimedJob,
    private readonly lease: LoadLease,
    private readonly tally: LoadTally,
  ) {
    const { copyImages, isUpload = false } = claimed.job.options;
    this.copies = copyImages ?? dataset.kind !== 'folder';
    const { directory } = dataset;
    const collection = (): Collection | null => target.collection;
    this.identities = new ImageIdentities({ images: tools.store.images, collection, directory, isUpload });
  }

  /**
   * @throws LoadStopped when cancelled; ItemError ALL_FAILED when no item could be loaded, SOURCE_LOST when the folder
   * disappeared during the load. Any other error fails the whole job too
   */
  async run(): Promise<void> {
    const counting = this.dataset.count(this.lease.signal).then(
      (total) => (this.tally.total = total),
      () => undefined,
    );
    const maxItems = this.dataset.features ? MAX_READY_ITEMS : this.tools.batchSize;
    const read = mapOrdered(this.entries(), READ_CONCURRENCY, (entry) => this.read(entry));
    const chunks = chunked(present(read), {
      maxItems,
      maxWeight: MAX_CHUNK_BYTES,
      weight: (item) => item.bytes.length,
      isolated: ({ entry }) => this.isSuspect(entry),
    });
    const changed = mapOrdered(chunks, 1, (chunk) => this.withoutUnchanged(chunk));
    const { chunksInFlight } = this.tools.executor;
    const isAlone = (chunk: Changed): boolean => chunk.some(({ entry }) => this.isSuspect(entry));
    const executed = ahead(mapOrdered(changed, chunksInFlight, (chunk) => this.execute(chunk), isAlone));
    for await (const chunk of executed) {
      this.lease.signal.throwIfAborted();
      this.survey();
      await this.write(await this.encoded(chunk));
      this.identities.release(chunk.map(({ identity }) => identity.imageId));
      await this.writeFailures();
    }
    await this.writeFailures();
    this.lease.signal.throwIfAborted();
    await this.finishFolder();
    await counting;
    this.tally.setTotal();
    this.tally.checkOutcome();
  }

  /** Calls run one at a time, so that the ledger keeps the order of its lines. */
  async writeFailures(): Promise<void> {
    const write = async (from: number, failures: readonly LoadFailure[]): Promise<void> =>
      await this.tools.store.loads.addFailures(this.claimed.job.id, this.lease.owner, from, failures);
    this.writing = this.writing.catch(() => undefined).then(() => this.tally.writeFailures(write));
    await this.writing;
  }

  /** Yields the valid entries. Broken entries become lines of the ledger. */
  private async *entries(): AsyncGenerator<DatasetItem> {
    for await (const entry of this.dataset.entries(this.lease.signal)) {
      if (isBroken(entry)) this.tally.fail(entry.item, entry.error);
      else yield entry;
      if (this.tally.unwrittenFailures >= 200) await this.writeFailures();
    }
  }

  private async read(entry: DatasetItem): Promise<ReadItem | null> {
    try {
      const bytes = await entry.read();
      if (this.copies && bytes.length > this.tools.maxCopiedBytes) {
        throw new ItemError(
          'TOO_LARGE',
          `the picture has ${bytes.length} bytes; at most ${this.tools.maxCopiedBytes} are copied into the store ` +
            '(WENTU_MAX_COPIED_BYTES, and max_allowed_packet of a MySQL server)',
        );
      }
      const contentHash = createHash('sha256').update(bytes).digest('hex');
      return { entry, bytes, contentHash, fingerprint: this.fingerprint(contentHash, bytes, entry.feature) };
    } catch (error) {
      // The picture is not the cause: the folder does not respond, or the process has too many open files.
      if (error instanceof WentuError) throw error;
      this.tally.fail(entry.item, error);
      return null;
    }
  }

  /**
   * Fingerprints are equal when all inputs of the row and its embedding are equal: bytes, space, preprocessing, given
   * feature, and whether the original is copied.
   */
  private fingerprint(contentHash: string, bytes: Uint8Array, feature: Float32Array | undefined): string {
    const hash = createHash('sha256').update(
      `${contentHash}\n${this.target.space}\n${this.copies ? 'copied' : 'reference'}\n`,
    );
    if (feature) hash.update(new Uint8Array(feature.buffer, feature.byteOffset, feature.byteLength));
    else hash.update(this.tools.executor.stepsOf(bytes));
    return hash.digest('hex');
  }

  private async withoutUnchanged(chunk: readonly ReadItem[]): Promise<Changed> {
    const identities = await this.identities.identify(chunk);
    const items = chunk.map((item, i): Identified => ({ ...item, identity: identities[i] as Identity }));
    const isUnchanged = ({ fingerprint, identity }: Identified): boolean => identity.known?.fingerprint === fingerprint;
    const unchanged = items.filter(isUnchanged);
    await this.relocate(unchanged);
    this.tally.skipped += unchanged.length;
    this.identities.release(unchanged.map(({ identity }) => identity.imageId));
    return items.filter((item) => !isUnchanged(item));
  }

  /** The item was in flight when the process died. It is executed alone, so that another crash identifies it. */
  private isSuspect({ item }: DatasetItem): boolean {
    return this.claimed.suspects.includes(item);
  }

  private async execute(chunk: Changed): Promise<Executed[]> {
    if (chunk.length === 0) return [];
    const names = chunk.map(({ entry }) => entry.item);
    await this.lease.suspect(names);
    try {
      // Copied originals need no preview.
      const pictures = chunk.map(({ bytes, entry }) => ({ bytes, vector: !entry.feature, preview: !this.copies }));
      const results = await this.tools.executor.execute(pictures, this.lease.signal);
      return chunk.map(({ bytes, ...item }, i) => ({
        ...item,
        result: results[i] as ChunkResult,
        sizeBytes: bytes.length,
        data: this.copies ? bytes : undefined,
      }));
    } finally {
      this.lease.clear(names);
    }
  }

  /** Updates the references of unchanged pictures that were moved, were touched, or had been kept without a file. */
  private async relocate(unchanged: readonly Identified[]): Promise<void> {
    const { collection } = this.target;
    const moves = unchanged.flatMap(({ entry, identity: { known, location } }) => {
      if (!known) return [];
      const original = this.originalOf(entry);
      // A folder and its subfolder may both have been loaded. The picture keeps the source that it was loaded from.
      const source = sameOriginal(known.original, original) ? known.source : this.dataset.directory;
      const isAsKnown = source === known.source && sameOriginal(known.original, original) && !known.isKept;
      return isAsKnown && (known.hasLocation || location === null)
        ? []
        : [{ id: known.id, source, location, original }];
    });
    if (moves.length > 0 && collection) await this.tools.store.images.relocate(collection.id, moves);
  }

  private originalOf(entry: DatasetItem): Original {
    return entry.file && !this.copies ? { kind: 'reference', ...entry.file } : { kind: 'copied' };
  }

  /** Gives ids to the encoded pictures in the order of the source. The other pictures become lines of the ledger. */
  private async encoded(chunk: readonly Executed[]): Promise<Encoded[]> {
    const encoded: [Executed, EncodedPicture][] = [];
    for (const item of chunk) {
      if ('failure' in item.result) this.tally.add({ item: item.entry.item, ...item.result.failure });
      else encoded.push([item, item.result]);
    }
    if (encoded.length === 0) return [];
    const firstId = await this.tools.store.ids.reserve(encoded.length);
    return encoded.map(([item, picture], i) => ({
      image: this.newImage(firstId + i, item, picture),
      vector: item.entry.feature ?? (picture.vector as Float32Array),
      fingerprint: item.fingerprint,
      data: item.data,
    }));
  }

  private newImage(
    id: number,
    { entry, identity, contentHash, sizeBytes }: Executed,
    { header, preview }: EncodedPicture,
  ): NewImage {
    return {
      ...{ id, imageId: identity.imageId, location: identity.location, contentHash },
      ...{ mimeType: header.mimeType, width: header.width, height: header.height, sizeBytes },
      source: this.dataset.directory,
      original: this.originalOf(entry),
      ...(preview ? { preview } : {}),
    };
  }

  /**
   * The protocol of one truth: originals → row PENDING → index → READY. Replaced versions are removed from the index,
   * then from the rows, then from the originals.
   */
  private async write(encoded: readonly Encoded[]): Promise<void> {
    if (encoded.length === 0) return;
    const { store, vectors } = this.tools;
    const collection = this.target.collection ?? (await this.target.make());
    const spaceId = collection.activeSpace.id;
    const index = indexName(collection.id, spaceId);
    const images = encoded.map(({ image }) => image);
    const ids = images.map(({ id }) => id);
    const embeddings = encoded.map(({ image, vector, fingerprint }) => {
      return { imageRowId: image.id, spaceId, vector, fingerprint };
    });
    const originals = encoded.flatMap(({ image: { id }, data }) => (data ? [{ id, data }] : []));
    if (originals.length > 0) await store.originals.put(collection.id, originals);
    await store.images.insertPending(collection.id, images, embeddings);
    const points = encoded.map(({ image: { id }, vector }) => ({ id, vector }));
    try {
      await vectors.upsert(index, points);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // The index server has lost the index, or the index was dropped there. The repair also writes the earlier entries
      // of this load again.
      await this.tools.repairIndex(collection);
      await vectors.upsert(index, points);
    }
    const replaced = await store.images.settle(collection.id, ids);
    this.tally.loaded += images.length;
    this.tally.replaced += replaced.length;
    await removeVersions(this.tools, collection.id, replaced);
  }

  private survey(): void {
    if (this.dataset.survey) this.tally.setSurvey(this.dataset.survey);
  }

  /** After the walk of a folder: removes or counts the images whose files the walk did not find. */
  private async finishFolder(): Promise<void> {
    const { directory, survey } = this.dataset;
    const { store } = this.tools;
    if (!survey) return;
    this.survey();
    if (!(await survey.wasRead(directory))) {
      const message = `${directory} could not be read completely, or was replaced by another folder; no image was removed. Check that its disk or share is mounted and readable, then load it again`;
      throw new ItemError('SOURCE_LOST', message);
    }
    const { collection } = this.target;
    if (!collection) return;
    const remove = async (ids: readonly number[]): Promise<number> => {
      const removed = await removeReady(this.tools, collection.id, ids);
      this.tally.removed += removed;
      return removed;
    };
    const { signal } = this.lease;
    const added = this.tally.loaded - this.tally.replaced;
    const folder = { reader: store.images, collectionId: collection.id, directory, survey };
    const { missing } = await removeMissing({ ...folder, added, signal, remove });
    this.tally.missing = missing;
    // While images are missing, the stored devices stay those on which the images were.
    if (missing === 0)
      await store.images.setDevices(collection.id, directory, new Map([...survey.devices].slice(0, MAX_DEVICES)));
  }
}

function isBroken(entry: DatasetEntry): entry is BrokenItem {
  return 'error' in entry;
}

function sameOriginal(a: Original, b: Original): boolean {
  if (a.kind === 'copied' || b.kind === 'copied') return a.kind === b.kind;
  return a.path === b.path && a.modifiedAtMs === b.modifiedAtMs;
}
