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
import { takeOutGone } from './gone-images';
import { ImageIdentities, type HashedItem, type Identity } from './image-identity';
import { removeVersions, takeOut } from './index-entries';
import { indexName } from './index-name';
import type { LoadLease } from './load-lease';
import type { LoadTally } from './load-tally';
import { ahead, chunked, mapOrdered, present } from './streams';

export interface LoadRunTools {
  readonly store: MetadataStore;
  readonly vectors: VectorStore;
  readonly executor: ChunkExecutor;
  /** Pictures a chunk. */
  readonly batchSize: number;
  /** Largest original that is copied into the store. */
  readonly maxCopiedBytes: number;
  /** Makes the index again from the rows. */
  repairIndex(collection: Collection): Promise<unknown>;
}

/** Bytes of the pictures of one chunk that are held at once; a single larger picture still goes alone. */
const MAX_CHUNK_BYTES = 32 * 1024 * 1024;
const READ_CONCURRENCY = 4;
/** Mount points of a folder that are remembered. */
const MAX_DEVICES = 1_000;
/** Pictures of one chunk whose features are given: each chunk is a few writes to the disk. */
const MAX_READY_ITEMS = 256;

interface ReadItem extends HashedItem {
  readonly bytes: Uint8Array;
}
interface Identified extends ReadItem {
  readonly identity: Identity;
}
/** A chunk whose pictures have changed; empty when none has. */
type Changed = readonly Identified[];
interface Executed extends Omit<Identified, 'bytes'> {
  readonly sizeBytes: number;
  readonly result: ChunkResult;
  /** Bytes to copy. */
  readonly data: Uint8Array | undefined;
}

/** An image that is ready to be written. */
interface Encoded {
  readonly image: NewImage;
  readonly vector: Float32Array;
  readonly fingerprint: string;
  /** Bytes to copy. */
  readonly data: Uint8Array | undefined;
}

/**
 * Where the images go. A collection that is not there is made with the first of them: a load of which nothing comes
 * leaves none behind.
 */
export interface LoadTarget {
  readonly space: string;
  /** Null until it is made. */
  readonly collection: Collection | null;
  make(): Promise<Collection>;
}

/**
 * One load of one source into one collection: read → hash → skip the unchanged → execute (decode, encode) → commit →
 * index → READY. The executor has several chunks in flight; all other steps go chunk by chunk in the order of the
 * source, and look one chunk ahead. So ids ascend in that order, and memory does not grow with the source.
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
   * has gone meanwhile; anything else is the failure of the whole job too
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

  /** One call at a time: a ledger takes its lines in order. */
  async writeFailures(): Promise<void> {
    const write = async (from: number, failures: readonly LoadFailure[]): Promise<void> =>
      await this.tools.store.loads.addFailures(this.claimed.job.id, this.lease.owner, from, failures);
    this.writing = this.writing.catch(() => undefined).then(() => this.tally.writeFailures(write));
    await this.writing;
  }

  /** Entries that can be read; the others are ledger lines. */
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
      // Not the picture's fault: the folder does not answer, or the process may open no more files.
      if (error instanceof WentuError) throw error;
      this.tally.fail(entry.item, error);
      return null;
    }
  }

  /**
   * Equal when nothing that the row and its embedding depend on has changed: bytes, space, preprocessing, given
   * feature, and whether it is copied.
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

  /** It was in flight when the process died, and goes alone: another death names the one. */
  private isSuspect({ item }: DatasetItem): boolean {
    return this.claimed.suspects.includes(item);
  }

  private async execute(chunk: Changed): Promise<Executed[]> {
    if (chunk.length === 0) return [];
    const names = chunk.map(({ entry }) => entry.item);
    await this.lease.suspect(names);
    try {
      // A preview is only made of what is not copied.
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

  /**
   * Unchanged pictures that lie elsewhere now, were touched, or had been kept without a file: their references follow.
   */
  private async relocate(unchanged: readonly Identified[]): Promise<void> {
    const { collection } = this.target;
    const moves = unchanged.flatMap(({ entry, identity: { known, location } }) => {
      if (!known) return [];
      const original = this.originalOf(entry);
      // A folder and one below it both hold the picture: it stays with the one that it was loaded from.
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

  /** Those that were encoded, with ids in the order of the source; the others are ledger lines. */
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
   * The protocol of one truth: originals → row PENDING → index → READY; what was replaced goes from the index, then from
   * the rows, then its originals.
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
      // Its server has lost it, or somebody dropped it there: what this load has written before is put into it again.
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

  /** What the walk of a folder says of images whose files it has not met. */
  private async finishFolder(): Promise<void> {
    const { directory, survey } = this.dataset;
    const { store } = this.tools;
    if (!survey) return;
    this.survey();
    if (!(await survey.wasRead(directory))) {
      const message = `${directory} could not be read to its end, or is another folder now; nothing was taken out. See what failed, and that its disk or share is there, then load it again`;
      throw new ItemError('SOURCE_LOST', message);
    }
    const { collection } = this.target;
    if (!collection) return;
    const remove = async (ids: readonly number[]): Promise<number> => {
      const removed = await takeOut(this.tools, collection.id, ids);
      this.tally.removed += removed;
      return removed;
    };
    const { signal } = this.lease;
    const added = this.tally.loaded - this.tally.replaced;
    const folder = { reader: store.images, collectionId: collection.id, directory, survey };
    const { missing } = await takeOutGone({ ...folder, added, signal, remove });
    this.tally.missing = missing;
    // While something is missing, the devices are those on which it was.
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
