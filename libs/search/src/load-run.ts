import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  imageAttributes,
  imageFacts,
  ItemError,
  NO_OWN,
  NotFoundError,
  WentuError,
  sentence,
  type ClaimedJob,
  type Collection,
  type Dataset,
  type ChunkExecutor,
  type ChunkResult,
  type DatasetItem,
  type EncodedPicture,
  type LoadFailure,
  type MetadataStore,
  type NewImage,
  type Original,
  type VectorStore,
} from '@wentu/domain';
import { describeItemFailure } from './describe-failure';
import type { FailedItems } from './failed-items';
import { fingerprintOf } from './fingerprint';
import { removeMissing } from './missing-images';
import { ImageIdentities, type Identity } from './image-identity';
import { removeReady, removeVersions } from './index-entries';
import { indexName } from './index-name';
import { KeptOut } from './kept-out';
import { Ledger } from './ledger';
import { LoadAttributes, type LoadAttributesTools } from './load-attributes';
import {
  isBroken,
  sameOriginal,
  type Changed,
  type Encoded,
  type Executed,
  type Identified,
  type ReadItem,
  type Unreadable,
} from './load-items';
import type { LoadLease } from './load-lease';
import type { LoadTally } from './load-tally';
import { MovedImages } from './moved-images';
import { ahead, chunked, mapOrdered } from './streams';
import { QuickCheck } from './watch/quick-check';

export interface LoadRunTools {
  readonly store: MetadataStore;
  readonly vectors: VectorStore;
  readonly attributes: LoadAttributesTools['attributes'];
  readonly executor: ChunkExecutor;
  /** Largest number of pictures per chunk. */
  readonly batchSize: number;
  /** Largest original that is copied into the store. */
  readonly maxCopiedBytes: number;
  /** The only items that are read; null or absent: all. */
  readonly only?: Pick<FailedItems, 'has' | 'count'> | null;
  /** Rebuilds the index from the rows. */
  repairIndex(collection: Collection): Promise<unknown>;
}

/** Largest total size of the pictures of one chunk, in bytes. A single larger picture is a chunk of its own. */
export const MAX_CHUNK_BYTES = 32 * 1024 * 1024;
export const READ_CONCURRENCY = 4;
/** How long a load runs before its pictures are counted, which reads the source once more. */
const COUNT_AFTER_MS = 500;
/** Largest number of mount points that are stored for a folder. */
const MAX_DEVICES = 1_000;
/** Largest number of pictures per chunk when features are given. Each chunk costs a few disk writes. */
const MAX_READY_ITEMS = 256;

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
  private readonly keptOut: KeptOut;
  private readonly moved: MovedImages;
  /** Null: every file is read. */
  private readonly quick: QuickCheck | null;
  private readonly ledger: Ledger;
  private readonly attributes: LoadAttributes;

  constructor(
    private readonly tools: LoadRunTools,
    private readonly target: LoadTarget,
    private readonly dataset: Dataset,
    private readonly claimed: ClaimedJob,
    private readonly lease: LoadLease,
    private readonly tally: LoadTally,
  ) {
    const { copyImages, isUpload = false, isPut = false, isWatch = false } = claimed.job.options;
    this.copies = copyImages ?? dataset.kind !== 'folder';
    const { directory } = dataset;
    const collection = (): Collection | null => target.collection;
    this.ledger = new Ledger(tools.store.loads, claimed.job.id, lease.owner, tally);
    const source = { collection, directory, isUpload, isPut };
    this.quick =
      isWatch && dataset.kind === 'folder' ? new QuickCheck({ images: tools.store.images, ...source }) : null;
    this.identities = new ImageIdentities({ images: tools.store.images, ...source });
    this.keptOut = new KeptOut({ keptOut: tools.store.keptOut, ...source });
    this.moved = new MovedImages({ ...tools, collection, directory, signal: lease.signal });
    this.attributes = new LoadAttributes(tools, tally, isPut ? String(claimed.job.id) : '');
  }

  /**
   * @param checked rejects when the source must not be loaded. Nothing is written before it resolves
   * @throws the error of `checked`; LoadStopped when cancelled; ItemError ALL_FAILED when no item could be loaded,
   * SOURCE_LOST when the folder disappeared during the load. Any other error fails the whole job too
   */
  async run(checked: Promise<void> = Promise.resolve()): Promise<void> {
    const ended = new AbortController();
    const counting = this.count(AbortSignal.any([ended.signal, this.lease.signal]));
    try {
      await this.load(checked);
    } catch (error) {
      await checked;
      throw error;
    } finally {
      ended.abort();
      await counting;
    }
    await checked;
    this.tally.setTotal();
    this.tally.checkOutcome();
  }

  /** Writes the failures that are not written yet. */
  async writeFailures(): Promise<void> {
    await this.ledger.write();
  }

  /** A short load ends before it is worth counting its pictures. */
  private async count(signal: AbortSignal): Promise<void> {
    try {
      await sleep(COUNT_AFTER_MS, undefined, { signal });
      this.tally.total = this.tools.only?.count ?? (await this.dataset.count(signal));
    } catch {
      // The load reports an unreadable source itself.
    }
  }

  private async load(checked: Promise<void>): Promise<void> {
    const maxItems = this.dataset.features ? MAX_READY_ITEMS : this.tools.batchSize;
    const wanted = this.keptOut.withoutLocations(this.entries(), (count) => (this.tally.keptOut += count));
    const files = this.quick ? this.quick.changed(wanted, this.tally) : wanted;
    const read = mapOrdered(files, READ_CONCURRENCY, (entry) => this.read(entry));
    const chunks = chunked(this.readable(read), {
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
      await checked;
      await this.write(await this.encoded(chunk));
      this.identities.release(chunk.map(({ identity }) => identity.imageId));
      await this.ledger.write();
    }
    await this.ledger.write();
    this.lease.signal.throwIfAborted();
    this.identities.release(await this.moved.write());
    await this.finishFolder();
  }

  /** Yields the valid entries. Broken entries become lines of the ledger. */
  private async *entries(): AsyncGenerator<DatasetItem> {
    const { only } = this.tools;
    for await (const entry of this.dataset.entries(this.lease.signal)) {
      if (only && !only.has(entry.item)) continue;
      if (isBroken(entry)) this.tally.fail(entry.item, entry.error);
      else yield entry;
      await this.ledger.writeMany();
    }
  }

  /**
   * Pictures are read at the same time. Those that cannot be read become lines of the ledger in the order of the
   * source.
   */
  private async *readable(items: AsyncIterable<ReadItem | Unreadable | null>): AsyncGenerator<ReadItem> {
    for await (const item of items) {
      if (item === null) continue;
      if ('failure' in item) await this.fail(item.entry, item.failure);
      else yield item;
    }
  }

  /** @returns null for a file that may still be written */
  private async read(entry: DatasetItem): Promise<ReadItem | Unreadable | null> {
    try {
      const bytes = await entry.read();
      if (this.copies && bytes.length > this.tools.maxCopiedBytes) {
        throw new ItemError(
          'TOO_LARGE',
          sentence('COPY_TOO_LARGE', { pictureBytes: bytes.length, maxBytes: this.tools.maxCopiedBytes }),
        );
      }
      if (this.quick && !(await this.quick.isAsFound(entry))) {
        this.tally.unsettled++;
        return null;
      }
      const contentHash = createHash('sha256').update(bytes).digest('hex');
      const fingerprint = this.fingerprint(contentHash, bytes, entry.feature);
      return { entry, bytes, contentHash, fingerprint, given: await this.attributes.read(entry) };
    } catch (error) {
      // The picture is not the cause: the folder does not respond, or the process has too many open files.
      if (error instanceof WentuError) throw error;
      return { entry, failure: { item: entry.item, ...describeItemFailure(error) } };
    }
  }

  private async fail(entry: DatasetItem, failure: LoadFailure): Promise<void> {
    if (await this.quick?.mayBeIncomplete(entry)) this.tally.unsettled++;
    else this.tally.add(failure);
  }

  private fingerprint(contentHash: string, bytes: Uint8Array, feature: Float32Array | undefined): string {
    const vectorFrom = feature ?? this.tools.executor.stepsOf(bytes);
    return fingerprintOf({ contentHash, space: this.target.space, isCopied: this.copies, vectorFrom });
  }

  private async withoutUnchanged(chunk: readonly ReadItem[]): Promise<Changed> {
    const identities = await this.identities.identify(chunk);
    const identified = chunk.map((item, i): Identified => ({ ...item, identity: identities[i] as Identity }));
    const keptOut = await this.keptOut.findMoved(identified);
    this.tally.keptOut += keptOut.size;
    this.identities.release([...keptOut].map(({ identity }) => identity.imageId));
    const wanted = identified.filter((item) => !keptOut.has(item));
    const moved = await this.followMoved(wanted);
    const items = wanted.filter((item) => !moved.has(item));
    const isUnchanged = ({ fingerprint, identity }: Identified): boolean => identity.known?.fingerprint === fingerprint;
    const unchanged = items.filter(isUnchanged);
    await this.relocate(unchanged);
    await this.changeAttributes(unchanged);
    this.tally.skipped += unchanged.length;
    this.identities.release(unchanged.map(({ identity }) => identity.imageId));
    return items.filter((item) => !isUnchanged(item));
  }

  /** Files by reference that were moved. Their images are the same, so nothing is encoded. */
  private async followMoved(items: readonly Identified[]): Promise<Set<Identified>> {
    const moved = this.copies ? new Set<Identified>() : await this.moved.follow(items);
    this.tally.skipped += moved.size;
    if (this.moved.isFull) this.identities.release(await this.moved.write());
    return moved;
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

  private async changeAttributes(unchanged: readonly Identified[]): Promise<void> {
    const { collection } = this.target;
    const images = unchanged.flatMap(({ given, identity: { imageId, known } }) =>
      given ? [{ imageId, given, before: known?.givenKey ?? null }] : [],
    );
    if (collection) await this.attributes.change(collection.id, images);
  }

  private originalOf({ file }: DatasetItem): Original {
    if (!file || this.copies) return { kind: 'copied' };
    return { kind: 'reference', path: file.path, modifiedAtMs: file.modifiedAtMs };
  }

  /** Gives ids to the encoded pictures in the order of the source. The other pictures become lines of the ledger. */
  private async encoded(chunk: readonly Executed[]): Promise<Encoded[]> {
    const encoded: [Executed, EncodedPicture][] = [];
    for (const item of chunk) {
      if ('failure' in item.result) await this.fail(item.entry, { item: item.entry.item, ...item.result.failure });
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
    { entry, identity, contentHash, sizeBytes, given }: Executed,
    { header, preview }: EncodedPicture,
  ): NewImage {
    return {
      ...{ id, imageId: identity.imageId, location: identity.location, contentHash },
      ...{ mimeType: header.mimeType, width: header.width, height: header.height, sizeBytes },
      source: this.dataset.directory,
      original: this.originalOf(entry),
      // The file of an upload was written when it arrived.
      facts: imageFacts(header.exif, this.dataset.kind === 'folder' ? entry.file?.modifiedAtMs : undefined),
      ...(given ? { given } : {}),
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
    const images = await this.attributes.admit(
      collection.id,
      encoded.map(({ image }) => image),
    );
    const ids = images.map(({ id }) => id);
    const embeddings = encoded.map(({ image, vector, fingerprint }) => {
      return { imageRowId: image.id, spaceId, vector, fingerprint };
    });
    const originals = encoded.flatMap(({ image: { id }, data }) => (data ? [{ id, data }] : []));
    if (originals.length > 0) await store.originals.put(collection.id, originals);
    const owned = await store.images.insertPending(collection.id, images, embeddings);
    const points = encoded.map(({ image, vector }) => {
      const attributes = imageAttributes({ ...image, own: owned.get(image.id) ?? NO_OWN });
      return { id: image.id, vector, attributes };
    });
    try {
      await vectors.upsert(index, points);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // The index server has lost the index, or the index was dropped there. The repair also writes the earlier entries
      // of this load again.
      await this.tools.repairIndex(collection);
      await vectors.upsert(index, points);
    }
    const removed = await store.images.settle(collection.id, ids);
    // What the owner changed after the rows were inserted.
    await this.tools.attributes.followRows(collection.id, ids);
    // These images were deleted for good after the load had read them.
    const keptOut = removed.filter((id) => ids.includes(id)).length;
    this.tally.keptOut += keptOut;
    this.tally.loaded += images.length - keptOut;
    this.tally.replaced += removed.length - keptOut;
    await removeVersions(this.tools, collection.id, removed);
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
      const message = sentence('SOURCE_LOST', { directory });
      throw new ItemError('SOURCE_LOST', message);
    }
    const { collection } = this.target;
    // A load of some files decides nothing about the others.
    if (!collection || this.tools.only) return;
    const remove = async (ids: readonly number[]): Promise<number> => {
      const removed = await removeReady(this.tools, collection.id, ids);
      this.tally.removed += removed;
      return removed;
    };
    const { signal } = this.lease;
    const added = this.tally.loaded - this.tally.replaced;
    const folder = { reader: store.images, collectionId: collection.id, directory, survey };
    const { missing, changing } = await removeMissing({ ...folder, added, signal, remove });
    // The watch loads again.
    if (this.quick) this.tally.unsettled += changing;
    this.tally.missing = missing + (this.quick ? 0 : changing);
    // While images are missing, the stored devices stay those on which the images were.
    if (missing === 0)
      await store.images.setDevices(collection.id, directory, new Map([...survey.devices].slice(0, MAX_DEVICES)));
  }
}
