import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import {
  ItemError,
  MAX_IMAGE_ID_LENGTH,
  NotFoundError,
  type ClaimedJob,
  type Collection,
  type Dataset,
  type BrokenItem,
  type DatasetEntry,
  type DatasetItem,
  type ImageEncoder,
  type ImageHeader,
  type ImageInspector,
  type ImagePixels,
  type ImagePreparer,
  type ImageRow,
  type KnownVersion,
  type LoadFailure,
  type MetadataStore,
  type NewImage,
  type Original,
  type PreparedImage,
  type VectorStore,
} from '@wentu/domain';
import { removeEntries } from './index-entries';
import { indexName } from './index-name';
import type { LoadLease } from './load-lease';
import type { LoadTally } from './load-tally';
import { ahead, chunked, from, mapOrdered, present } from './streams';

export interface LoadTools {
  readonly store: MetadataStore;
  readonly vectors: VectorStore;
  readonly preparer: ImagePreparer & ImageInspector;
  readonly encoder: ImageEncoder;
  /** Pictures a batch of the encoder. */
  readonly batchSize: number;
  /** Pictures decoded side by side. */
  readonly decodeConcurrency: number;
  /** Largest original that is copied into the store. */
  readonly maxCopiedBytes: number;
}

export interface LoadRunTools extends LoadTools {
  /** Makes the index again from the rows. */
  mendIndex(collection: Collection): Promise<unknown>;
}

/** Bytes of the pictures of one chunk that are held at once; a single larger picture still goes alone. */
const MAX_CHUNK_BYTES = 32 * 1024 * 1024;
const READ_CONCURRENCY = 4;
/** Pictures of one chunk whose features are given: each chunk is a few writes to the disk. */
const MAX_READY_ITEMS = 256;

interface ReadItem {
  readonly entry: DatasetItem;
  readonly bytes: Uint8Array;
  readonly contentHash: string;
  readonly fingerprint: string;
}
interface Prepared extends Omit<ReadItem, 'bytes'> {
  readonly sizeBytes: number;
  /** With pixels unless its feature is given. */
  readonly image: ImageHeader & Partial<PreparedImage>;
  readonly data: Uint8Array | undefined;
}

/**
 * One load of one source into one collection: read → hash → skip the unchanged → decode → encode → commit → index → READY.
 * The steps overlap and each looks only a chunk ahead, so memory does not grow with the source.
 */
export class LoadRun {
  private readonly copies: boolean;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly tools: LoadRunTools,
    private readonly collection: Collection,
    private readonly dataset: Dataset,
    private readonly claimed: ClaimedJob,
    private readonly lease: LoadLease,
    private readonly tally: LoadTally,
  ) {
    this.copies = claimed.job.options.copyImages ?? dataset.kind !== 'folder';
  }

  /** @throws LoadStopped when cancelled; anything else is the failure of the whole job */
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
      isolated: (item) => this.claimed.suspects.includes(item.entry.item),
    });
    // One chunk is decoded while another is encoded and a third is written.
    const prepared = ahead(mapOrdered(chunks, 1, (chunk) => this.prepare(chunk)));
    const encoded = ahead(mapOrdered(prepared, 1, (chunk) => this.encode(chunk)));
    for await (const images of encoded) {
      this.lease.signal.throwIfAborted();
      await this.write(images);
      await this.writeFailures();
    }
    await this.writeFailures();
    this.lease.signal.throwIfAborted();
    if (this.dataset.kind === 'folder') await this.removeGone();
    await counting;
    this.tally.setTotal();
  }

  /** One call at a time: a ledger takes its lines in order. */
  async writeFailures(): Promise<void> {
    const write = async (from: number, failures: readonly LoadFailure[]): Promise<void> =>
      await this.tools.store.addFailures(this.claimed.job.id, this.lease.owner, from, failures);
    this.writing = this.writing.catch(() => undefined).then(() => this.tally.writeFailures(write));
    await this.writing;
  }

  /** Entries that can be read; the others are ledger lines. */
  private async *entries(): AsyncGenerator<DatasetItem> {
    for await (const entry of this.dataset.entries(this.lease.signal)) {
      if (isBroken(entry)) this.tally.fail(entry.item, entry.error);
      else if (this.hasCrashedTwice(entry.item)) {
        this.tally.fail(
          entry.item,
          new ItemError('CRASHED', 'the process died twice while decoding this picture; check the file'),
        );
      } else yield entry;
      if (this.tally.unwrittenFailures >= 200) await this.writeFailures();
    }
  }

  private hasCrashedTwice(item: string): boolean {
    return this.claimed.crashes >= 2 && this.claimed.suspects.includes(item);
  }

  private async read(entry: DatasetItem): Promise<ReadItem | null> {
    try {
      const bytes = await entry.read();
      if (this.copies && bytes.length > this.tools.maxCopiedBytes) {
        throw new ItemError(
          'TOO_LARGE',
          `the picture has ${bytes.length} bytes; at most ${this.tools.maxCopiedBytes} are copied into the store. ` +
            'Load its folder by reference, or make it smaller',
        );
      }
      const contentHash = createHash('sha256').update(bytes).digest('hex');
      return { entry, bytes, contentHash, fingerprint: this.fingerprint(contentHash, bytes, entry.feature) };
    } catch (error) {
      this.tally.fail(entry.item, error);
      return null;
    }
  }

  /** Equal when nothing that the row depends on has changed: bytes, space, preprocessing, given feature, and whether it is copied. */
  private fingerprint(contentHash: string, bytes: Uint8Array, feature: Float32Array | undefined): string {
    const hash = createHash('sha256').update(
      `${contentHash}\n${this.collection.space}\n${this.copies ? 'copied' : 'reference'}\n`,
    );
    if (feature) hash.update(new Uint8Array(feature.buffer, feature.byteOffset, feature.byteLength));
    else hash.update(this.tools.encoder.model.preprocessing + this.tools.preparer.revisionOf(bytes));
    return hash.digest('hex');
  }

  private async prepare(chunk: readonly ReadItem[]): Promise<Prepared[]> {
    let known = await this.versionsOf(chunk);
    if (this.claimed.job.options.isUpload && chunk.some((item) => isAnother(item, known))) {
      chunk = chunk.map((item) => (isAnother(item, known) ? withOwnId(item) : item));
      known = await this.versionsOf(chunk);
    }
    const changed = chunk.filter(({ entry, fingerprint }) => known.get(entry.imageId)?.fingerprint !== fingerprint);
    await this.relocate(chunk, known);
    this.tally.skipped += chunk.length - changed.length;
    if (changed.length === 0) return [];
    await this.lease.suspect(changed.map(({ entry }) => entry.item));
    const prepared = mapOrdered(from(changed), this.tools.decodeConcurrency, async ({ bytes, ...item }) => {
      try {
        const { preparer } = this.tools;
        // Nothing of a given feature depends on the pixels, and a preview is only made of what is not copied.
        const image =
          item.entry.feature && this.copies
            ? await preparer.inspect(bytes)
            : await preparer.prepare(bytes, { preview: !this.copies });
        return { ...item, image, sizeBytes: bytes.length, data: this.copies ? bytes : undefined };
      } catch (error) {
        this.tally.fail(item.entry.item, error);
        return null;
      }
    });
    const done: Prepared[] = [];
    for await (const item of present(prepared)) done.push(item);
    return done;
  }

  private async versionsOf(chunk: readonly ReadItem[]): Promise<Map<string, KnownVersion>> {
    const ids = chunk.map(({ entry }) => entry.imageId);
    return await this.tools.store.findVersions(this.collection.id, ids);
  }

  /** Unchanged pictures that lie elsewhere now, or were touched: their references follow. */
  private async relocate(chunk: readonly ReadItem[], known: ReadonlyMap<string, KnownVersion>): Promise<void> {
    const moves = chunk.flatMap(({ entry, fingerprint }) => {
      const version = known.get(entry.imageId);
      if (!version || version.fingerprint !== fingerprint) return [];
      const [source, original] = [this.dataset.directory, this.originalOf(entry)];
      return version.source === source && sameOriginal(version.original, original)
        ? []
        : [{ id: version.id, source, original }];
    });
    if (moves.length > 0) await this.tools.store.relocate(this.collection.id, moves);
  }

  private originalOf(entry: DatasetItem): Original {
    return entry.file && !this.copies ? { kind: 'reference', ...entry.file } : { kind: 'copied' };
  }

  private async encode(chunk: readonly Prepared[]): Promise<NewImage[]> {
    const unencoded = chunk.filter(({ entry }) => !entry.feature);
    const vectors =
      unencoded.length === 0
        ? []
        : await this.tools.encoder.encodeImages(
            unencoded.map(({ image }) => image.pixels as ImagePixels),
            this.lease.signal,
          );
    const firstId = chunk.length === 0 ? 0 : await this.tools.store.reserveIds(chunk.length);
    let next = 0;
    return chunk.map(({ entry, image, contentHash, fingerprint, sizeBytes, data }, i) => ({
      id: firstId + i,
      imageId: entry.imageId,
      contentHash,
      fingerprint,
      mimeType: image.mimeType,
      width: image.width,
      height: image.height,
      sizeBytes,
      source: this.dataset.directory,
      original: this.originalOf(entry),
      embedding: entry.feature ?? (vectors[next++] as Float32Array),
      ...(image.preview ? { preview: image.preview } : {}),
      ...(data ? { data } : {}),
    }));
  }

  /** The protocol of one truth: row PENDING → index → READY; what was replaced goes from the index, then from the rows. */
  private async write(images: readonly NewImage[]): Promise<void> {
    if (images.length === 0) return;
    const { store, vectors } = this.tools;
    const index = indexName(this.collection.id);
    const ids = images.map(({ id }) => id);
    await store.insertPending(this.collection.id, images);
    const points = images.map(({ id, embedding }) => ({ id, vector: embedding }));
    try {
      await vectors.upsert(index, points);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // Its server has lost it, or somebody dropped it there: what this load has written before is put into it again.
      await this.tools.mendIndex(this.collection);
      await vectors.upsert(index, points);
    }
    const replaced = await store.settle(this.collection.id, ids);
    this.tally.loaded += images.length;
    await this.remove(replaced);
  }

  private async remove(tombstoned: readonly number[]): Promise<void> {
    if (tombstoned.length === 0) return;
    await removeEntries(this.tools.vectors, this.collection.id, tombstoned);
    await this.tools.store.removeRows(this.collection.id, tombstoned);
  }

  /** Images whose file is no longer in the folder that was loaded; only a clear "no such file" counts as gone. */
  private async removeGone(): Promise<void> {
    const { store } = this.tools;
    let after = 0;
    for (;;) {
      this.lease.signal.throwIfAborted();
      const rows = await store.pageSource(this.collection.id, this.dataset.directory, after, 500);
      if (rows.length === 0) return;
      const gone: number[] = [];
      for await (const id of present(
        mapOrdered(from(rows), 16, async (row) => ((await isGone(row.original)) ? row.id : null)),
      )) {
        gone.push(id);
      }
      const tombstoned = await store.tombstone(this.collection.id, gone);
      this.tally.removed += tombstoned.length;
      await this.remove(tombstoned);
      after = (rows.at(-1) as { id: number }).id;
    }
  }
}

function isBroken(entry: DatasetEntry): entry is BrokenItem {
  return 'error' in entry;
}

function sameOriginal(a: Original, b: Original): boolean {
  if (a.kind === 'copied' || b.kind === 'copied') return a.kind === b.kind;
  return a.path === b.path && a.modifiedAtMs === b.modifiedAtMs;
}

async function isGone(original: ImageRow['original']): Promise<boolean> {
  if (original.kind !== 'reference') return false;
  try {
    await lstat(original.path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Whether its id is that of a picture that differs. */
function isAnother({ entry, fingerprint }: ReadItem, known: ReadonlyMap<string, KnownVersion>): boolean {
  const version = known.get(entry.imageId);
  return version !== undefined && version.fingerprint !== fingerprint;
}

/**
 * Cameras count from IMG_0001 again and again, and what was sent is in the store only: a picture that is sent under a name that another one has
 * gets a name of its own. The same for the same picture, so that it is not taken twice.
 */
function withOwnId(item: ReadItem): ReadItem {
  const { imageId } = item.entry;
  const dot = imageId.lastIndexOf('.');
  const end = dot > imageId.lastIndexOf('/') ? dot : imageId.length;
  const mark = `-${item.contentHash.slice(0, 8)}`;
  const own = Array.from(imageId.slice(0, end))
    .slice(0, MAX_IMAGE_ID_LENGTH - mark.length - (imageId.length - end))
    .join('');
  return { ...item, entry: { ...item.entry, imageId: `${own}${mark}${imageId.slice(end)}` } };
}
