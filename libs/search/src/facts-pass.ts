import { setTimeout as sleep } from 'node:timers/promises';
import {
  imageAttributes,
  imageFacts,
  ItemError,
  WentuError,
  type ImageFacts,
  type ImageInspector,
  type ImageRow,
  type NewFacts,
  type OriginalReader,
} from '@wentu/domain';
import { FileStates } from './file-state';
import { removeEntries } from './index-entries';
import { indexName } from './index-name';
import type { LoadServiceOptions, LoadStores } from './load-service-options';
import { readOriginal } from './read-original';
import { upsertPoints } from './row-points';
import { from, mapOrdered } from './streams';

export interface FactsTools extends LoadStores, Pick<LoadServiceOptions, 'readOriginals' | 'models'> {}

/** What reads the pictures of one run. */
interface Reader {
  readonly originals: Pick<OriginalReader, 'read'>;
  readonly files: FileStates;
  readonly inspector: Pick<ImageInspector, 'inspect'>;
}

/**
 * Images in one write. An index in this process writes its files before the rows of a batch change, so its batches are
 * large.
 */
const BATCH = { local: 10_000, remote: 500 };
const SLICE = 500;
/** This work must not delay searches. */
const READ_CONCURRENCY = 2;
const LOAD_POLL_MS = 2_000;

/**
 * Reads the facts of images that an earlier version loaded, from their originals. It stops for a pause between two
 * images, and begins where it stopped: rows that were not read say so.
 */
export class FactsPass {
  private pauses = 0;
  private batch: Promise<unknown> = Promise.resolve();
  private resume: () => void = () => undefined;
  private resumed: Promise<void> = Promise.resolve();

  constructor(
    private readonly tools: FactsTools,
    private readonly signal: AbortSignal,
  ) {}

  /** Calls `work` when no image is being changed, and changes none until it ends. */
  async whilePaused<T>(work: () => Promise<T>): Promise<T> {
    if (this.pauses++ === 0) this.resumed = new Promise((resolve) => (this.resume = resolve));
    try {
      await this.batch.catch(() => undefined);
      return await work();
    } finally {
      if (--this.pauses === 0) this.resume();
    }
  }

  /** Resolves when every image has its facts, or when the signal ends it. */
  async run(): Promise<void> {
    try {
      await this.readAll();
    } catch (error) {
      if (!this.signal.aborted) throw error;
    }
  }

  private async readAll(): Promise<void> {
    const { store, models, readOriginals } = this.tools;
    const waiting: number[] = [];
    for (const { id } of await store.collections.list())
      if ((await store.images.countWithoutFacts(id)) > 0) waiting.push(id);
    if (waiting.length === 0) return;
    const used = models.own.use('pictures');
    const reader = { originals: readOriginals(store.originals), files: new FileStates(), inspector: used.preparer };
    try {
      for (const id of waiting)
        for (let after: number | null = 0; after !== null;) {
          await this.untilIdle();
          const batch = this.fill(id, after, reader);
          this.batch = batch;
          after = await batch;
        }
    } finally {
      await used.close();
    }
  }

  /** Loads of other processes on the same stores matter too. */
  private async untilIdle(): Promise<void> {
    for (;;) {
      await this.resumed;
      this.signal.throwIfAborted();
      const isLoading = (await this.tools.store.loads.listUnfinished()).some(({ status }) => status === 'RUNNING');
      if (!isLoading && this.pauses === 0) return;
      // The caller expects the signal's own reason, not the AbortError of the timer.
      if (isLoading) await sleep(LOAD_POLL_MS, undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  /** @returns the id of the last image of the batch; null when there is no image after it */
  private async fill(collectionId: number, after: number, reader: Reader): Promise<number | null> {
    const { store, vectors } = this.tools;
    const limit = vectors.isRemote ? BATCH.remote : BATCH.local;
    let last = after;
    const read: NewFacts[] = [];
    while (read.length < limit && this.pauses === 0) {
      const rows = await store.images.pageWithoutFacts(collectionId, last, SLICE);
      if (rows.length === 0) {
        await this.write(collectionId, read);
        return null;
      }
      for await (const { id, facts } of mapOrdered(from(rows), READ_CONCURRENCY, (row) => this.read(row, reader))) {
        this.signal.throwIfAborted();
        if (facts) read.push({ id, facts });
        last = id;
        if (this.pauses > 0) break;
      }
    }
    await this.write(collectionId, read);
    return last;
  }

  /** @returns no facts when the original cannot be read now. The next start tries it again */
  private async read(
    row: ImageRow,
    { originals, files, inspector }: Reader,
  ): Promise<{ id: number; facts: ImageFacts | null }> {
    this.signal.throwIfAborted();
    const { id, original } = row;
    const modifiedAtMs = original.kind === 'reference' ? original.modifiedAtMs : undefined;
    try {
      const { exif } = await inspector.inspect(await readOriginal(originals, files, row), this.signal);
      return { id, facts: imageFacts(exif, modifiedAtMs) };
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof WentuError) throw error;
      if (!(error instanceof ItemError) || error.code === 'READ_FAILED') return { id, facts: null };
      // There is nothing more to learn: the original is gone, or was changed or damaged since it was loaded.
      return { id, facts: imageFacts(undefined, modifiedAtMs) };
    }
  }

  /**
   * First the points, until they outlive a crash, then the rows. So a row with facts has its point with them, and the
   * point of a row without them is written again. A re-encoding of another process may add a space meanwhile from rows
   * without facts, and another process may change what the owner gave, so such points are written after the rows.
   */
  private async write(collectionId: number, read: readonly NewFacts[]): Promise<void> {
    if (read.length === 0) return;
    const { images } = this.tools.store;
    const written = await this.writePoints(collectionId, read, new Set());
    const ready = new Set<number>();
    for (let at = 0; at < read.length; at += SLICE) {
      this.signal.throwIfAborted();
      for (const id of await images.setFacts(collectionId, read.slice(at, at + SLICE))) ready.add(id);
    }
    await this.writePoints(collectionId, read, written);
    // These images were deleted or replaced meanwhile.
    const removed = read.flatMap(({ id }) => (ready.has(id) ? [] : [id]));
    if (removed.length === 0) return;
    for (const { id } of await this.tools.store.collections.listSpaces(collectionId))
      await removeEntries(this.tools.vectors, indexName(collectionId, id), removed);
  }

  /**
   * @param done keys of points that are left out
   * @returns these, and the keys of the points that were written. A key has what the owner gave, which may change
   */
  private async writePoints(
    collectionId: number,
    read: readonly NewFacts[],
    done: ReadonlySet<string>,
  ): Promise<Set<string>> {
    const { store, vectors } = this.tools;
    const written = new Set(done);
    const factsOf = new Map(read.map(({ id, facts }) => [id, facts]));
    for (const space of await store.collections.listSpaces(collectionId)) {
      const keyOf = ({ id, own }: ImageRow): string => `${space.id} ${id} ${JSON.stringify(own)}`;
      const before = written.size;
      for (let at = 0; at < read.length; at += SLICE) {
        this.signal.throwIfAborted();
        const slice = read.slice(at, at + SLICE).map(({ id }) => id);
        const known = done.size === 0 ? [] : await store.images.get(slice);
        const isDone = new Set(known.filter((row) => done.has(keyOf(row))).map(({ id }) => id));
        const ids = slice.filter((id) => !isDone.has(id));
        if (ids.length === 0) continue;
        const rows = (await store.images.getEmbedded(space.id, ids)).filter(({ state }) => state === 'READY');
        const points = rows.map(({ vector, ...row }) => {
          const facts = factsOf.get(row.id) ?? row.facts;
          return { id: row.id, vector, attributes: imageAttributes({ ...row, facts }) };
        });
        if (points.length > 0) await upsertPoints(this.tools, collectionId, space, points, this.signal);
        for (const row of rows) written.add(keyOf(row));
      }
      if (written.size > before) await vectors.flush(indexName(collectionId, space.id));
    }
    return written;
  }
}
