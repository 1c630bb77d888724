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
  });
}
