import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ItemError,
  NO_FACTS,
  NO_OWN,
  UnavailableError,
  type Collections,
  type ImageRow,
  type LoadQueue,
  type MetadataStore,
  type ReadWords,
  type WordLine,
  type WordReader,
  type Words,
} from '@wentu/domain';
import { fake } from './testing/fake';
import { WordsPass } from './words-pass';

const POINT = { x: 0, y: 0 };
const line = (text: string): WordLine => ({ text, confidence: 1, box: [POINT, POINT, POINT, POINT] });
const row = (id: number): ImageRow => ({
  ...{ id, collectionId: 1 + (id % 2), imageId: `i${id}`, state: 'READY', mimeType: 'image/png' },
  ...{ width: 1, height: 1, sizeBytes: 1, original: { kind: 'copied' }, facts: NO_FACTS, own: NO_OWN },
  contentHash: createHash('sha256').update(String(id)).digest('hex'),
});

/** Fakes at the ports. A picture with the number n has the line `n`. */
class Bench {
  readonly rows = new Map<number, ImageRow>();
  readonly stored = new Map<number, readonly WordLine[]>();
  readonly order: number[] = [];
  readonly errors: unknown[] = [];
  readonly unreadable = new Set<number>();
  readonly damaged = new Set<number>();
  readonly gone = new Set<number>();
  jobs: { status: 'RUNNING' }[] = [];
  putFails = 0;
  opened = 0;
  isRemote = false;
  times: ConstructorParameters<typeof WordsPass>[0]['times'] = {};
  onRead: (id: number) => Promise<void> | void = () => undefined;
  pass: WordsPass | null = null;

  constructor(count = 0) {
    this.add(...Array.from({ length: count }, (_, i) => i + 1));
  }

  add(...ids: number[]): void {
    for (const id of ids) this.rows.set(id, row(id));
  }

  private unread(collectionId: number): ImageRow[] {
    const found = [...this.rows.values()].filter((each) => each.collectionId === collectionId);
    return found.filter(({ id }) => !this.stored.has(id)).sort((a, b) => b.id - a.id);
  }

  open(): WordsPass {
    const info = { imageCount: 0, sizeBytes: 0, createdAt: new Date(0), activeSpace: { id: 1, model: 'm', space: 's', dimension: 1 } }; // prettier-ignore
    const words = fake<Words>({
      countUnread: async (collectionId) => this.unread(collectionId).length,
      pageUnread: async (collectionId, revision, before, limit) => {
        expect(revision).toBe('r');
        const below = this.unread(collectionId).filter(({ id }) => id < (before ?? Infinity));
        return below.slice(0, limit);
      },
      put: async (collectionId, revision, read: readonly ReadWords[]) => {
        if (this.putFails-- > 0) throw new UnavailableError('the store is away');
        for (const { id, lines } of read) {
          expect([revision, this.rows.get(id)?.collectionId]).toEqual(['r', collectionId]);
          this.stored.set(id, lines);
        }
        return read.map(({ id }) => id);
      },
    });
    const reader = {
      revision: 'r',
      read: async (bytes, signal) => {
        const id = Number(Buffer.from(bytes).toString());
        this.order.push(id);
        await this.onRead(id);
        signal?.throwIfAborted();
        if (this.damaged.has(id)) throw new ItemError('DECODE_FAILED', 'no picture');
        return [line(String(id))];
      },
      close: async () => void this.opened--,
    } satisfies WordReader;
    this.pass = new WordsPass({
      store: {
        words,
        isRemote: this.isRemote,
        collections: fake<Collections>({ list: async () => [1, 2].map((id) => ({ ...info, id, name: `c${id}` })) }),
        loads: fake<LoadQueue>({ listUnfinished: async () => this.jobs as never[] }),
        originals: fake<MetadataStore['originals']>({}),
      },
      readOriginals: () => ({
        read: async ({ id }) => {
          if (this.unreadable.has(id)) throw new ItemError('READ_FAILED', 'the disk is away');
          return this.gone.has(id) ? null : Buffer.from(String(id));
        },
      }),
      openReader: async () => (this.opened++, reader),
      revision: 'r',
      onError: (error) => void this.errors.push(error),
      times: { quietMs: 50, pollMs: 5, retryMs: 5, ...this.times },
    });
    this.pass.open();
    return this.pass;
  }

  /** Waits until so many images are read, and a little longer for what must not happen. */
  async until(count: number): Promise<void> {
    for (let i = 0; i < 2_000 && this.stored.size < count; i++) await sleep(5);
    await sleep(30);
    expect(this.stored.size).toBe(count);
  }
}

let bench: Bench;
afterEach(async () => await bench.pass?.close());

test('reads every image once, newest first over all collections, and closes its reader', async () => {
  bench = new Bench(200);
  const pass = bench.open();
  await bench.until(200);
  expect(bench.order).toEqual(Array.from({ length: 200 }, (_, i) => 200 - i));
  expect(bench.stored.get(7)).toEqual([line('7')]);
  expect([await pass.countUnread(1), bench.opened]).toEqual([0, 1]);
  await pass.close();
  expect(bench.opened).toBe(0);
});

test('opens no reader without images', async () => {
  bench = new Bench();
  bench.open();
  await bench.until(0);
  expect(bench.opened).toBe(0);
});

test('images that are added meanwhile come first, and images of smaller ids are found later', async () => {
  bench = new Bench(60);
  bench.onRead = (id) => {
    if (id === 40) bench.add(100, 101);
  };
  const pass = bench.open();
  await bench.until(62);
  expect(bench.order.indexOf(101)).toBeLessThan(bench.order.indexOf(20));
  bench.add(80);
  pass.wake();
  await bench.until(63);
});

test('images that are gone or damaged count as read, and those on a disk that is away do not', async () => {
  bench = new Bench(200);
  bench.gone.add(190);
  bench.damaged.add(180);
  for (let id = 100; id < 175; id++) bench.unreadable.add(id);
  const pass = bench.open();
  await bench.until(125);
  expect([bench.stored.get(190), bench.stored.get(180), bench.stored.has(150)]).toEqual([[], [], false]);
  // They are tried once, until the next start.
  bench.unreadable.clear();
  bench.add(201);
  await bench.until(126);
  await pass.close();
  bench.open();
  await bench.until(201);
});

test('waits while a process loads', async () => {
  bench = new Bench(40);
  bench.jobs = [{ status: 'RUNNING' }];
  bench.open();
  await bench.until(0);
  bench.jobs = [];
  await bench.until(40);
});

test('waits for a time after each search, between two pictures', async () => {
  bench = new Bench(40);
  let readAt: number[] = [];
  let searchedAt = 0;
  bench.onRead = (id) => {
    readAt.push(performance.now());
    if (id !== 35 || searchedAt > 0) return;
    bench.pass?.noteSearch();
    searchedAt = performance.now();
  };
  bench.open();
  await bench.until(40);
  readAt = readAt.filter((at) => at > searchedAt);
  // The picture that was being read is read again.
  expect(bench.order.filter((id) => id === 35)).toHaveLength(2);
  expect(readAt.length).toBeGreaterThan(30);
  expect(readAt[0]! - searchedAt).toBeGreaterThan(45);
});

test('reads a picture now and then on a server that is searched all the time', async () => {
  bench = new Bench(3);
  bench.times = { quietMs: 60_000, longestMs: 40 };
  const startedAt = performance.now();
  const pass = bench.open();
  pass.noteSearch();
  bench.onRead = () => pass.noteSearch();
  await bench.until(3);
  expect(performance.now() - startedAt).toBeGreaterThan(3 * 40);
});

test('goes on after an error', async () => {
  bench = new Bench(40);
  bench.putFails = 2;
  bench.open();
  await bench.until(40);
  expect(bench.errors.map(String)).toEqual(Array(2).fill('UnavailableError: the store is away'));
});

test('a close keeps what was read completely', async () => {
  bench = new Bench(40);
  let atPicture: (value: unknown) => void = () => undefined;
  const isAtPicture = new Promise((resolve) => (atPicture = resolve));
  let goOn: (value: unknown) => void = () => undefined;
  const released = new Promise((resolve) => (goOn = resolve));
  bench.onRead = async (id) => {
    if (id !== 20) return;
    atPicture(null);
    await released;
  };
  const pass = bench.open();
  await isAtPicture;
  const closed = pass.close();
  goOn(null);
  await closed;
  const read = bench.stored.size;
  expect(read).toBeGreaterThanOrEqual(16);
  expect([...bench.stored].every(([id, lines]) => lines[0]?.text === String(id))).toBe(true);
  bench.onRead = () => undefined;
  bench.open();
  await bench.until(40);
});

test('processes on one store read others of the newest images', async () => {
  bench = new Bench(300);
  bench.isRemote = true;
  bench.open();
  await bench.until(300);
  expect(new Set(bench.order.slice(0, 16))).not.toEqual(new Set(Array.from({ length: 16 }, (_, i) => 300 - i)));
  expect(Math.min(...bench.order.slice(0, 16))).toBeGreaterThan(300 - 64);
});
