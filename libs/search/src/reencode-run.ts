import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  ConflictError,
  imageAttributes,
  ItemError,
  NotFoundError,
  WentuError,
  sentence,
  type AddedEmbedding,
  type ChunkExecutor,
  type ClaimedJob,
  type Collection,
  type CollectionSpace,
  type EmbeddingSpace,
  type ImageRow,
  type OriginalReader,
} from '@wentu/domain';
import { describeItemFailure } from './describe-failure';
import { fingerprintOf } from './fingerprint';
import { removeEntries } from './index-entries';
import { indexName } from './index-name';
import { Ledger } from './ledger';
import { LoadStopped, type LoadLease } from './load-lease';
import { MAX_CHUNK_BYTES, READ_CONCURRENCY } from './load-run';
import type { LoadStores } from './load-service-options';
import type { LoadTally } from './load-tally';
import { readOriginal } from './read-original';
import { FileStates } from './file-state';
import { ahead, chunked, mapOrdered, present } from './streams';

export interface ReencodeTools extends LoadStores {
  readonly originals: Pick<OriginalReader, 'read'>;
  readonly executor: ChunkExecutor;
  /** Largest number of pictures per chunk. */
  readonly batchSize: number;
  /** Brings the index of one space in line with the rows. */
  repairSpace(space: EmbeddingSpace): Promise<unknown>;
  /** Removes the rows that a dead load has left. Only a job that holds the collection may call it. */
  removeUnsettled(): Promise<unknown>;
  /** Extends the lease now. @returns whether this process still has it */
  readonly isOurs: () => Promise<boolean>;
}

const PAGE = 2_000;
/** A pass that found fewer images is the last one before the collection is held. */
const SHORT_PASS = 500;
/** Passes before the collection is held, even if loads add images as fast as this job encodes them. */
const MAX_PASSES = 5;
const HOLD_POLL_MS = 500;
const MAX_SWITCHES = 10;
/** How often the job lets waiting loads run before it decides about images that cannot be encoded. */
const MAX_YIELDS = 3;

interface ReadImage {
  readonly row: ImageRow;
  readonly bytes: Uint8Array;
}

interface EncodedImage {
  readonly row: ImageRow;
  readonly embedding: AddedEmbedding;
}

/**
 * Encodes the images of a collection in another space, then makes it the active space. Loads, deletions and searches go
 * on meanwhile. The job repeats passes over the READY rows without an embedding in the space. For the last pass and the
 * switch it holds the collection, so that no load runs.
 */
export class ReencodeRun {
  private readonly ledger: Ledger;
  private readonly index: string;
  private readonly files = new FileStates();
  /** Rows that cannot be encoded. Bounded by the number of images. */
  private readonly failed = new Set<number>();
  /** Rows with a line in the ledger. They may be tried again. */
  private readonly reported = new Set<number>();
  /** Rows without an embedding that the last pass found and could not encode. */
  private hidden = 0;

  constructor(
    private readonly tools: ReencodeTools,
    private readonly collection: Collection,
    private readonly space: EmbeddingSpace,
    private readonly claimed: ClaimedJob,
    private readonly lease: LoadLease,
    private readonly tally: LoadTally,
  ) {
    this.ledger = new Ledger(tools.store.loads, claimed.job.id, lease.owner, tally);
    this.index = indexName(collection.id, space.id);
  }

  /**
   * @throws LoadStopped when cancelled; ItemError IMAGES_HIDDEN when images cannot be encoded and no decision allows to
   * hide them, ALL_FAILED when no image can be encoded
   */
  async run(): Promise<void> {
    await this.repairIndex();
    // The active space: only images that an earlier switch has hidden may lack an embedding.
    if (this.space.id === this.collection.activeSpace.id) await this.lastPass();
    else await this.change();
    this.tally.setTotal();
  }

  async writeFailures(): Promise<void> {
    await this.ledger.write();
  }

  private async change(): Promise<void> {
    const { store } = this.tools;
    for (let passes = 1; (await this.pass()) >= SHORT_PASS && passes < MAX_PASSES;) passes++;
    await this.hold();
    for (let tries = 1; ; tries++) {
      // A process that lost its lease, but does not know it, may have written PENDING rows.
      await this.tools.removeUnsettled();
      await this.lastPass();
      for (let rounds = 0; this.hidden > 0 && rounds < MAX_YIELDS && (await this.yieldToLoads()); rounds++)
        await this.lastPass();
      await this.checkHidden();
      await this.repairIndex();
      this.lease.signal.throwIfAborted();
      try {
        const by = { jobId: this.claimed.job.id, owner: this.lease.owner, maxHidden: this.hidden };
        await store.collections.activateSpace(this.collection.id, this.space.id, by);
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || tries === MAX_SWITCHES) throw error;
        if (!(await this.tools.isOurs())) throw new LoadStopped('lost');
        await this.pause();
      }
    }
  }

  /** Holds the collection. Meanwhile encodes what the loads before it add. */
  private async hold(): Promise<void> {
    const { loads } = this.tools.store;
    while (!(await loads.holdCollection(this.claimed.job.id, this.lease.owner))) {
      await this.pass();
      await this.pause();
    }
  }

  /**
   * Lets the loads run that wait for this job, then holds the collection again: they may replace or delete the images
   * that cannot be encoded.
   * @returns false when no load waits
   */
  private async yieldToLoads(): Promise<boolean> {
    const { loads } = this.tools.store;
    const unfinished = async (): Promise<number[]> =>
      (await loads.listUnfinished({ collectionId: this.collection.id }))
        .filter(({ kind }) => kind === 'LOAD')
        .map(({ id }) => id);
    const waiting = new Set(await unfinished());
    if (waiting.size === 0) return false;
    await loads.releaseCollection(this.claimed.job.id, this.lease.owner);
    while ((await unfinished()).some((id) => waiting.has(id))) await this.pause();
    await this.hold();
    this.failed.clear();
    return true;
  }

  /** Its failures count. An image that failed before may have been replaced, deleted or read since. */
  private async lastPass(): Promise<void> {
    await this.pass();
    this.tally.failed = this.hidden;
  }

  /** Encodes each image that lacks an embedding. @returns the number of images that it found */
  private async pass(): Promise<number> {
    const { signal } = this.lease;
    this.hidden = 0;
    const lacking = await this.countLacking();
    // Those that failed before lack an embedding too, and are not encoded again.
    this.tally.total = this.tally.progress().processed + Math.max(0, lacking - this.failed.size);
    if (lacking === 0) return 0;
    let found = 0;
    const counted = async function* (rows: AsyncIterable<ImageRow>): AsyncGenerator<ImageRow> {
      for await (const row of rows) {
        found++;
        yield row;
      }
    };
    const read = mapOrdered(counted(this.lackingRows()), READ_CONCURRENCY, (row) => this.read(row));
    const chunks = chunked(present(read), {
      maxItems: this.tools.batchSize,
      maxWeight: MAX_CHUNK_BYTES,
      weight: ({ bytes }) => bytes.length,
      isolated: (image) => this.isSuspect(image),
    });
    const isAlone = (chunk: readonly ReadImage[]): boolean => chunk.some((image) => this.isSuspect(image));
    const { chunksInFlight } = this.tools.executor;
    for await (const encoded of ahead(mapOrdered(chunks, chunksInFlight, (chunk) => this.encode(chunk), isAlone))) {
      signal.throwIfAborted();
      await this.write(encoded);
      await this.ledger.write();
    }
    signal.throwIfAborted();
    await this.ledger.write();
    return found;
  }

  /** READY rows without an embedding in the space, ascending, except those that failed already. */
  private async *lackingRows(): AsyncGenerator<ImageRow> {
    const { images } = this.tools.store;
    for (let after = 0; ;) {
      this.lease.signal.throwIfAborted();
      const ready = await images.pageIdsInState(this.collection.id, 'READY', after, PAGE);
      const last = ready.at(-1);
      if (last === undefined) return;
      // The embedded ids are a part of the READY ids, so this page reaches at least as far.
      const embedded = new Set(await images.pageEmbeddedIds(this.collection.id, this.space.id, after, PAGE));
      const lacking = ready.filter((id) => !embedded.has(id));
      const rows = (await images.get(lacking)).filter(({ state }) => state === 'READY');
      for (const row of rows.sort((a, b) => a.id - b.id)) {
        if (this.failed.has(row.id)) this.hidden++;
        else yield row;
      }
      await this.ledger.writeMany();
      after = last;
    }
  }

  private async read(row: ImageRow): Promise<ReadImage | null> {
    try {
      this.lease.signal.throwIfAborted();
      return { row, bytes: await readOriginal(this.tools.originals, this.files, row) };
    } catch (error) {
      this.lease.signal.throwIfAborted();
      if (error instanceof WentuError) throw error;
      this.fail(row, describeItemFailure(error));
      return null;
    }
  }

  private fail({ id, imageId }: ImageRow, failure: ReturnType<typeof describeItemFailure>): void {
    this.failed.add(id);
    this.hidden++;
    if (this.reported.has(id)) return;
    this.reported.add(id);
    this.tally.add({ item: imageId, ...failure });
  }

  /** The image was in flight when the process died. It is encoded alone, so that another crash identifies it. */
  private isSuspect({ row }: ReadImage): boolean {
    return this.claimed.suspects.includes(row.imageId);
  }

  private async encode(chunk: readonly ReadImage[]): Promise<EncodedImage[]> {
    const { executor } = this.tools;
    const names = chunk.map(({ row }) => row.imageId);
    await this.lease.suspect(names);
    try {
      const pictures = chunk.map(({ bytes }) => ({ bytes, vector: true, preview: false }));
      const results = await executor.execute(pictures, this.lease.signal);
      return chunk.flatMap(({ row, bytes }, i) => {
        const result = results[i];
        if (result && 'header' in result) {
          const isCopied = row.original.kind === 'copied';
          const { contentHash } = row;
          const vectorFrom = executor.stepsOf(bytes);
          const fingerprint = fingerprintOf({ contentHash, space: this.space.space, isCopied, vectorFrom });
          return [{ row, embedding: { imageRowId: row.id, vector: result.vector as Float32Array, fingerprint } }];
        }
        this.fail(row, (result as Exclude<typeof result, undefined>).failure);
        return [];
      });
    } finally {
      this.lease.clear(names);
    }
  }

  /**
   * Index first, then rows: so every embedding has its index entry, also after a crash, and when a process that has
   * lost its lease still writes. An entry without an embedding is not shown.
   */
  private async write(encoded: readonly EncodedImage[]): Promise<void> {
    if (encoded.length === 0) return;
    const { store, vectors } = this.tools;
    const points = encoded.map(({ row, embedding: { vector } }) => {
      return { id: row.id, vector, attributes: imageAttributes(row) };
    });
    const embeddings = encoded.map(({ embedding }) => embedding);
    try {
      await vectors.upsert(this.index, points);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // The index server has lost the index.
      await this.tools.repairSpace(this.space);
      await vectors.upsert(this.index, points);
    }
    const added = new Set(await store.images.addEmbeddings(this.collection.id, this.space.id, embeddings));
    this.tally.loaded += added.size;
    await this.followChanges(encoded);
    const removed = points.filter(({ id }) => !added.has(id)).map(({ id }) => id);
    // The images were deleted or replaced meanwhile.
    if (removed.length > 0) await removeEntries(vectors, this.index, removed);
  }

  /** The facts of these images, or what the owner gave them, may have changed after this job read their rows. */
  private async followChanges(encoded: readonly EncodedImage[]): Promise<void> {
    const { store, vectors } = this.tools;
    const of = new Map(encoded.map((image) => [image.row.id, image]));
    const points = (await store.images.get([...of.keys()])).flatMap((row) => {
      const { row: before, embedding } = of.get(row.id) as EncodedImage;
      const isSame = isDeepStrictEqual(imageAttributes(row), imageAttributes(before));
      return isSame ? [] : [{ id: row.id, vector: embedding.vector, attributes: imageAttributes(row) }];
    });
    if (points.length > 0) await vectors.upsert(this.index, points);
  }

  private async checkHidden(): Promise<void> {
    const { hidden } = this;
    if (hidden === 0) return;
    const { model } = this.space;
    const { first } = this.tally;
    const example = first ? `; the first is ${first.item} (${first.code})` : '';
    if (((await this.counts())?.imageCount ?? 0) === 0)
      throw new ItemError('ALL_FAILED', sentence('NONE_ENCODED', { count: hidden, model, example }));
    if (this.claimed.job.reencode?.hideUnreadable) return;
    throw new ItemError('IMAGES_HIDDEN', sentence('IMAGES_HIDDEN', { count: hidden, model }));
  }

  /** The index may have been lost, or may lack entries that an earlier version of it had. */
  private async repairIndex(): Promise<void> {
    const { vectors } = this.tools;
    await vectors.ensure(this.index, this.space.dimension);
    const { imageCount = 0 } = (await this.counts()) ?? {};
    if ((await vectors.count(this.index)) !== imageCount) await this.tools.repairSpace(this.space);
  }

  private async counts(): Promise<CollectionSpace | undefined> {
    const spaces = await this.tools.store.collections.listSpaces(this.collection.id);
    return spaces.find(({ id }) => id === this.space.id);
  }

  private async countLacking(): Promise<number> {
    const collection = await this.tools.store.collections.findById(this.collection.id);
    if (!collection) throw new LoadStopped('cancel');
    return Math.max(0, collection.imageCount - ((await this.counts())?.imageCount ?? 0));
  }

  private async pause(): Promise<void> {
    // The caller expects the signal's own reason, not the AbortError of the timer.
    await sleep(HOLD_POLL_MS, undefined, { signal: this.lease.signal }).catch(() => undefined);
    this.lease.signal.throwIfAborted();
  }
}
