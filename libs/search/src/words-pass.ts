import { setTimeout as sleep } from 'node:timers/promises';
import {
  ItemError,
  WentuError,
  type ImageRow,
  type MetadataStore,
  type OriginalReader,
  type ReadWords,
  type StoredPictures,
  type WordReader,
} from '@wentu/domain';
import { FileStates } from './file-state';
import { pause } from './pause';
import { readOriginal } from './read-original';

/** The part of the metadata store that the pass needs. */
type WordStores = Pick<MetadataStore, 'collections' | 'words' | 'loads' | 'originals' | 'isRemote'>;

export interface WordsPassOptions {
  readonly store: WordStores;
  /** Reads originals, copied ones from `stored`. */
  readonly readOriginals: (stored: StoredPictures) => Pick<OriginalReader, 'read'>;
  /** Called once, when there is an image to read. */
  readonly openReader: () => Promise<WordReader>;
  /** The revision of that reader. */
  readonly revision: string;
  /** Receives errors after which the pass waits and goes on. */
  readonly onError: (error: unknown) => void;
  /** Replaced in tests. */
  readonly times?: Partial<typeof TIMES>;
}

const TIMES = {
  /** Searches of a user are often followed by more. */
  quietMs: 2_000,
  /** After this time without a picture, one is read beside searches, so that a busy server reads its pictures too. */
  longestMs: 30_000,
  /** How often loads and images of other processes are looked for. */
  pollMs: 5_000,
  /** The wait after an error, such as one of an unavailable store. */
  retryMs: 30_000,
  /** The longest time that lines are only in memory. A kill loses them. */
  writeMs: 5_000,
};
/** Images in one write. */
const BATCH = 16;
/** Images from which a batch is taken. */
const SLICE = 64;
/** How many images that cannot be read now are remembered. Further ones may be tried again before the next start. */
const MAX_FAILED = 100_000;

/** An image that is unread, in its collection. */
interface Unread {
  readonly collectionId: number;
  readonly row: ImageRow;
}

/** A search began: the picture is read again later. */
class Interrupted extends Error {}

/** How far a collection was read. */
interface Place {
  /** Only images with smaller ids are looked at: larger ones were read, or cannot be read now. */
  before: number | null;
  /** The largest id that was seen. */
  newest: number;
  /** Number of images that cannot be read now. */
  failed: number;
}

/**
 * Reads the words in pictures in the background, new pictures first. It waits while a process loads, and for a time
 * after each search. What was read is in the rows, so it begins where it stopped.
 */
export class WordsPass {
  private readonly places = new Map<number, Place>();
  private readonly failed = new Set<number>();
  private readonly files = new FileStates();
  private readonly times: typeof TIMES;
  private readonly closing = new AbortController();
  private quietUntil = 0;
  private readAt = performance.now();
  /** Stops the picture that is being read. */
  private interrupt = new AbortController();
  private running: Promise<void> | null = null;
  private reader: WordReader | null = null;
  private wakeUp: () => void = () => undefined;

  constructor(private readonly options: WordsPassOptions) {
    this.times = { ...TIMES, ...options.times };
  }

  /** Begins to read. */
  open(): void {
    this.running ??= this.run();
  }

  /** Call it when images were added. */
  wake(): void {
    this.wakeUp();
  }

  /** Call it at each search: pictures are not read for a time. */
  noteSearch(): void {
    this.quietUntil = performance.now() + this.times.quietMs;
    if (!this.isQuiet()) this.interrupt.abort(new Interrupted());
  }

  /** The number of images of a collection that will still be read. */
  async countUnread(collectionId: number): Promise<number> {
    const { store, revision } = this.options;
    return await store.words.countUnread(collectionId, revision);
  }

  /** Stops after the picture that is being read; its lines are not kept. */
  async close(): Promise<void> {
    this.closing.abort(new Error('the server stops'));
    this.wakeUp();
    await this.running;
    await this.reader?.close();
  }

  private async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        await this.untilIdle();
        const batch = await this.nextBatch();
        if (batch.length > 0) await this.readBatch(batch);
        else await this.wait(this.times.pollMs);
      } catch (error) {
        if (this.closing.signal.aborted) return;
        this.options.onError(error);
        await this.wait(this.times.retryMs);
      }
    }
  }

  /** Ends early when it is woken, or closed. */
  private async wait(ms: number): Promise<void> {
    await pause(ms, this.closing.signal, (wake) => (this.wakeUp = wake));
  }

  /** Loads of other processes on the same stores matter too. */
  private async untilIdle(): Promise<void> {
    const { loads } = this.options.store;
    while (!this.closing.signal.aborted) {
      const isLoading = (await loads.listUnfinished()).some(({ status }) => status === 'RUNNING');
      if (isLoading) await this.wait(this.times.pollMs);
      else if (!this.isQuiet()) await this.untilQuiet();
      else return;
    }
  }

  private isQuiet(): boolean {
    const now = performance.now();
    return now >= this.quietUntil || now >= this.readAt + this.times.longestMs;
  }

  private async untilQuiet(): Promise<void> {
    while (!this.isQuiet() && !this.closing.signal.aborted) {
      const until = Math.min(this.quietUntil, this.readAt + this.times.longestMs);
      const ms = Math.max(1, until - performance.now());
      // The caller looks at the signal.
      await sleep(ms, undefined, { signal: this.closing.signal }).catch(() => undefined);
    }
  }

  /** The newest unread images of all collections. */
  private async nextBatch(): Promise<Unread[]> {
    const { store } = this.options;
    const found: Unread[] = [];
    for (const { id: collectionId } of await store.collections.list())
      for (const row of await this.unreadOf(collectionId)) found.push({ collectionId, row });
    found.sort((a, b) => b.row.id - a.row.id);
    // Several processes would read the same pictures. So each takes others of the newest ones.
    const newest = found.slice(0, SLICE);
    return (store.isRemote ? shuffled(newest) : newest).slice(0, BATCH);
  }

  /** The newest unread images of a collection, without those that cannot be read now. */
  private async unreadOf(collectionId: number): Promise<ImageRow[]> {
    const { store, revision } = this.options;
    const place = this.places.get(collectionId) ?? { before: null, newest: 0, failed: 0 };
    this.places.set(collectionId, place);
    const [newest] = await store.words.pageUnread(collectionId, revision, null, 1);
    if (!newest) return [];
    if (newest.id > place.newest) place.before = null;
    place.newest = Math.max(place.newest, newest.id);
    for (;;) {
      const page = await store.words.pageUnread(collectionId, revision, place.before, SLICE);
      const wanted = page.filter(({ id }) => !this.failed.has(id));
      if (wanted.length > 0) return wanted;
      const last = page.at(-1);
      if (last) place.before = last.id;
      if (page.length === SLICE) continue;
      // Images with smaller ids may have become READY meanwhile: a load writes them in the order of its own ids.
      if ((await store.words.countUnread(collectionId, revision)) > place.failed) place.before = null;
      return [];
    }
  }

  private async readBatch(batch: readonly Unread[]): Promise<void> {
    const { store, readOriginals, revision } = this.options;
    const originals = readOriginals(store.originals);
    const read = new Map<number, ReadWords[]>();
    const deadline = performance.now() + this.times.writeMs;
    for (const { collectionId, row } of batch) {
      if (this.closing.signal.aborted || !this.isQuiet() || performance.now() > deadline) break;
      const words = await this.unlessInterrupted(row, originals);
      if (words === 'interrupted') break;
      this.readAt = performance.now();
      if (words) read.set(collectionId, [...(read.get(collectionId) ?? []), words]);
      else this.noteFailure(collectionId, row.id);
    }
    for (const [collectionId, words] of read) await store.words.put(collectionId, revision, words);
  }

  private noteFailure(collectionId: number, id: number): void {
    if (this.failed.size >= MAX_FAILED) return;
    this.failed.add(id);
    const place = this.places.get(collectionId);
    if (place) place.failed++;
  }

  private async unlessInterrupted(
    row: ImageRow,
    originals: Pick<OriginalReader, 'read'>,
  ): Promise<ReadWords | null | 'interrupted'> {
    this.interrupt = new AbortController();
    const { signal } = this.interrupt;
    try {
      return await this.read(row, originals, AbortSignal.any([this.closing.signal, signal]));
    } catch (error) {
      if (signal.aborted && !this.closing.signal.aborted) return 'interrupted';
      throw error;
    }
  }

  /** @returns null when the original cannot be read now. The next start tries it again */
  private async read(
    row: ImageRow,
    originals: Pick<OriginalReader, 'read'>,
    signal: AbortSignal,
  ): Promise<ReadWords | null> {
    try {
      const bytes = await readOriginal(originals, this.files, row);
      this.reader ??= await this.options.openReader();
      return { id: row.id, lines: await this.reader.read(bytes, signal) };
    } catch (error) {
      if (error instanceof WentuError || !(error instanceof ItemError)) throw error;
      // Other errors stay: the original is gone, was changed or is damaged, so it has no lines.
      return error.code === 'READ_FAILED' ? null : { id: row.id, lines: [] };
    }
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
