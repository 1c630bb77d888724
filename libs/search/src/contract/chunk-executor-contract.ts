import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChunkExecutor, ChunkPicture, EncodedPicture } from '@wentu/domain';

/** An executor under test, with its input. */
export interface ExecutorBench {
  readonly executor: ChunkExecutor;
  /** Files of three different pictures. */
  readonly pictures: readonly Uint8Array[];
  /** Dimension of the vectors. */
  readonly dimension: number;
  close(): Promise<void>;
}

const BROKEN = Buffer.from('no picture at all');

/** The contract suite of `ChunkExecutor`: every implementation passes all of it. */
export function chunkExecutorContract(name: string, open: () => Promise<ExecutorBench>): void {
  describe(`${name} passes the chunk executor contract`, () => {
    let bench: ExecutorBench;
    const never = new AbortController().signal;
    const wanted = (bytes: Uint8Array, more: Partial<ChunkPicture> = {}): ChunkPicture => ({
      ...{ bytes, vector: true, preview: false },
      ...more,
    });
    beforeAll(async () => {
      bench = await open();
    });
    afterAll(() => bench.close());

    const execute = async (pictures: readonly ChunkPicture[]): Promise<EncodedPicture[]> =>
      (await bench.executor.execute(pictures, never)) as EncodedPicture[];

    test('returns one result per picture, in order, with a header and a unit vector', async () => {
      const { pictures, dimension } = bench;
      const results = await execute(pictures.map((bytes) => wanted(bytes)));
      expect(results).toHaveLength(pictures.length);
      for (const [i, { header, vector, preview }] of results.entries()) {
        expect(header.mimeType).toMatch(/^image\//);
        expect(Math.min(header.width, header.height)).toBeGreaterThan(0);
        expect(vector).toHaveLength(dimension);
        expect(Math.hypot(...vector!)).toBeCloseTo(1, 4);
        expect(preview).toBeUndefined();
        const [alone] = await execute([wanted(pictures[i]!)]);
        expect(alone!.header).toEqual(header);
        expect(cosine(alone!.vector!, vector!)).toBeCloseTo(1, 4);
      }
    });

    test('returns vectors and previews only for the pictures that request them', async () => {
      const [a, b, c] = bench.pictures as [Uint8Array, Uint8Array, Uint8Array];
      const results = await execute([
        wanted(a, { vector: false, preview: true }),
        wanted(b, { preview: true }),
        wanted(c, { vector: false }),
      ]);
      expect(results.map(({ vector }) => vector !== undefined)).toEqual([false, true, false]);
      expect(results.map(({ preview }) => preview !== undefined)).toEqual([true, true, false]);
      const whole = await execute([a, b, c].map((bytes) => wanted(bytes)));
      expect(results.map(({ header }) => header)).toEqual(whole.map(({ header }) => header));
      expect(cosine(results[1]!.vector!, whole[1]!.vector!)).toBeCloseTo(1, 4);
    });

    test('returns a failure for a broken picture, and encodes the other pictures of its chunk', async () => {
      const [a, b] = bench.pictures as [Uint8Array, Uint8Array];
      const results = await execute([wanted(BROKEN), wanted(a), wanted(new Uint8Array(0)), wanted(b)]);
      expect(results.map((result) => 'failure' in result)).toEqual([true, false, true, false]);
      for (const result of await bench.executor.execute([wanted(BROKEN, { vector: false })], never)) {
        if (!('failure' in result)) throw new Error('the broken picture was not refused');
        expect(result.failure.code).toMatch(/^[A-Z_]+$/);
        expect(isUtf8(Buffer.from(result.failure.message))).toBe(true);
      }
    });

    test('executes the same chunk several times at once, and does not change its bytes', async () => {
      const before = bench.pictures.map((bytes) => Buffer.from(bytes));
      const chunk = bench.pictures.map((bytes) => wanted(bytes, { preview: true }));
      const [first, ...again] = await Promise.all([execute(chunk), execute(chunk), execute([...chunk].reverse())]);
      again[1].reverse();
      for (const results of again)
        results.forEach(({ vector }, i) => expect(cosine(vector!, first[i]!.vector!)).toBeCloseTo(1, 4));
      expect(bench.pictures.map((bytes) => Buffer.from(bytes))).toEqual(before);
    });

    test('input and output are plain data that can be cloned to another thread or process', async () => {
      const chunk = structuredClone([wanted(bench.pictures[0]!, { preview: true }), wanted(BROKEN)]);
      const results = await bench.executor.execute(chunk, never);
      expect(structuredClone(results)).toEqual(results);
    });

    test('returns the same steps for the same picture', () => {
      for (const bytes of bench.pictures)
        expect(bench.executor.stepsOf(bytes)).toBe(bench.executor.stepsOf(Buffer.from(bytes)));
      expect(bench.executor.stepsOf(bench.pictures[0]!)).not.toBe('');
      expect(bench.executor.chunksInFlight).toBeGreaterThanOrEqual(1);
    });

    test('rejects with the reason of an aborted signal, before and during a chunk, and still works afterwards', async () => {
      const reason = new Error('stopped');
      const chunk = bench.pictures.map((bytes) => wanted(bytes));
      await expect(bench.executor.execute(chunk, AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const running = bench.executor.execute([...chunk, ...chunk, ...chunk, ...chunk], controller.signal);
      running.catch(() => undefined);
      await sleep(0);
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(await execute(chunk)).toHaveLength(chunk.length);
    });
  });
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
