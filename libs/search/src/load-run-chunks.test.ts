import { setTimeout as sleep } from 'node:timers/promises';
import type { ChunkExecutor, ChunkPicture, ChunkResult } from '@wentu/domain';
import { item, setUp } from './testing/load-run-bench';

/** An executor whose chunks end when the test calls `end` with the first item of a chunk. */
class GatedExecutor implements ChunkExecutor {
  readonly running: string[] = [];
  readonly most: number[] = [];
  private readonly gates = new Map<string, () => void>();
  private readonly waiting = new Map<string, () => void>();

  constructor(readonly chunksInFlight: number) {}

  stepsOf(): string {
    return 'p';
  }

  async execute(pictures: readonly ChunkPicture[]): Promise<ChunkResult[]> {
    const name = String(pictures[0]!.bytes);
    this.running.push(name);
    this.most.push(this.running.length);
    const gate = new Promise<void>((open) => this.gates.set(name, open));
    this.waiting.get(name)?.();
    await gate;
    this.running.splice(this.running.indexOf(name), 1);
    return pictures.map(({ bytes }) =>
      String(bytes).startsWith('broken')
        ? { failure: { code: 'DECODE_FAILED', message: 'no picture' } }
        : { header: { mimeType: 'image/png', width: 1, height: 1 }, vector: Float32Array.of(1, 0) },
    );
  }

  /** Resolves when the chunk is being executed. */
  async begun(name: string): Promise<void> {
    if (!this.gates.has(name)) await new Promise<void>((go) => this.waiting.set(name, go));
  }

  end(...names: readonly string[]): void {
    for (const name of names) this.gates.get(name)!();
  }
}

test('executes several chunks at once, and writes rows in the order of the source', async () => {
  const executor = new GatedExecutor(2);
  const names = ['a', 'b', 'c', 'd', 'broken e', 'f', 'g', 'broken h', 'i', 'j'];
  const bench = setUp(
    names.map((name) => item(name)),
    {},
    { executor },
  );
  const running = bench.run();
  await executor.begun('a');
  await executor.begun('d');
  executor.end('d');
  // The third chunk begins after the first has ended, not after the second: the number of held chunks is limited.
  await sleep(5);
  expect(executor.running).toEqual(['a']);
  expect(bench.log).toEqual([]);
  executor.end('a');
  await executor.begun('g');
  await executor.begun('j');
  executor.end('j', 'g');
  await running;
  expect(Math.max(...executor.most)).toBe(2);
  expect(bench.log.filter((line) => line.startsWith('pending'))).toEqual([
    'pending a b c',
    'pending d f',
    'pending g i',
    'pending j',
  ]);
  expect([...bench.ready.values()].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(bench.ledger.map((line) => line.item)).toEqual(['broken e', 'broken h']);
  expect(bench.cleared).toEqual(expect.arrayContaining([['a', 'b', 'c'], ['j']]));
});

test('executes no other chunk while it executes a suspect', async () => {
  const executor = new GatedExecutor(3);
  const { run, ready } = setUp(
    ['a', 'b', 'c', 'd', 'e'].map((name) => item(name)),
    { crashes: 1, suspects: ['c'] },
    { executor },
  );
  const running = run();
  for (const [name, beside] of [
    ['a', ['a']],
    ['c', ['c']],
    ['d', ['d']],
  ] as const) {
    await executor.begun(name);
    await sleep(5);
    expect(executor.running).toEqual(beside);
    executor.end(name);
  }
  await running;
  expect([...ready.keys()]).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a stopped load begins no further chunk, and waits for the chunks in flight', async () => {
  const executor = new GatedExecutor(2);
  const bench = setUp(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => item(name)),
    {},
    { executor },
  );
  const running = bench.run();
  running.catch(() => undefined);
  await executor.begun('a');
  await executor.begun('d');
  bench.stop(new Error('stopped'));
  executor.end('a', 'd');
  await expect(running).rejects.toThrow('stopped');
  expect(executor.running).toEqual([]);
  expect(bench.log).toEqual([]);
});
