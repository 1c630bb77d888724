import type { ByteRange } from '@wentu/domain';
import type { Bench } from './bench';

/** Bytes of copied originals, and previews. */
export function storedPicturesContract(bench: Bench): void {
  describe('stored pictures', () => {
    test('pictures as large as the store says are stored', async () => {
      const most = await bench.store.originals.maxBytes();
      const data = new Uint8Array(Math.min(most, 40_000_000)).fill(7);
      const [id] = await bench.readyImages(await bench.create(), ['a'], { original: { kind: 'copied' }, data });
      expect((await bench.store.originals.readCopy(id!))?.length).toBe(data.length);
      expect(most).toBeGreaterThan(15_000_000);
    });

    test('large originals come back byte for byte', async () => {
      const collection = await bench.create();
      const data = new Uint8Array(5 * 1024 * 1024).map((_, i) => (i * 31) & 255);
      const [id] = await bench.readyImages(collection, ['big'], { original: { kind: 'copied' }, data });
      expect(Buffer.compare((await bench.store.originals.readCopy(id!))!, data)).toBe(0);
    });

    test('come in pieces too, all of them or a range', async () => {
      const collection = await bench.create();
      const data = new Uint8Array(9 * 1024 * 1024).map((_, i) => (i * 31 + (i >> 16)) & 255);
      const copied = { original: { kind: 'copied' }, data } as const;
      const [id] = await bench.readyImages(collection, ['big'], copied);
      const open = async (range?: ByteRange): Promise<Buffer[]> => {
        const pieces: Buffer[] = [];
        for await (const piece of (await bench.store.originals.openCopy(id!, range))!) pieces.push(Buffer.from(piece));
        return pieces;
      };
      const all = await open();
      expect(Math.max(...all.map(({ length }) => length))).toBeLessThan(data.length / 2);
      expect(Buffer.compare(Buffer.concat(all), data)).toBe(0);
      for (const [start, end] of [
        [0, 1],
        [5, 5_000_000],
        [data.length - 1, data.length],
      ] as const)
        expect(Buffer.compare(Buffer.concat(await open({ start, end })), data.subarray(start, end))).toBe(0);
      const [referenced] = await bench.readyImages(collection, ['referenced']);
      expect(await bench.store.originals.openCopy(referenced!)).toBeNull();
      // One that is given up asks nothing more.
      (await bench.store.originals.openCopy(id!))!.destroy();
    });
  });
}
