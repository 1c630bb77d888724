import type { ByteRange } from '@wentu/domain';
import { newImage, type Bench } from './bench';

/** Copied originals and previews. */
export function storedPicturesContract(bench: Bench): void {
  describe('stored pictures', () => {
    const copied = { kind: 'copied' } as const;
    const bytes = Uint8Array.of(9, 8, 7);
    const loose = async (collection: number): Promise<number[]> =>
      await bench.store.originals.listLoose(collection, 100);

    test('an original is loose before its row is inserted and after its row is removed', async () => {
      const { images, originals, ids } = bench.store;
      const collection = await bench.create();
      const first = await ids.reserve(3);
      const put = [first, first + 1, first + 2].map((id) => ({ id, data: bytes }));
      await originals.put(collection, put);
      expect(await loose(collection)).toEqual([first, first + 1, first + 2]);
      expect([...(await originals.read(first))!]).toEqual([...bytes]);
      const rows = [first, first + 1].map((id) => ({ ...newImage(id, `i${id}`), original: copied }));
      await bench.insert(collection, rows);
      expect(await loose(collection)).toEqual([first + 2]);
      await images.settle(collection, [first, first + 1]);
      await originals.delete([first, first + 1, first + 2]);
      expect(await Promise.all(put.map(({ id }) => originals.exists(id)))).toEqual([true, true, false]);
      await images.tombstone(collection, [first]);
      await images.removeRows(collection, [first]);
      expect([await originals.exists(first), await loose(collection)]).toEqual([true, [first]]);
      await originals.delete([first, 999_999]);
      expect([await originals.exists(first), await originals.exists(first + 1)]).toEqual([false, true]);
      expect(await loose(collection)).toEqual([]);
    });

    test('a repeated put replaces a loose original, and does not change an original that has a row', async () => {
      const { originals } = bench.store;
      const collection = await bench.create();
      const [kept] = await bench.readyImages(collection, ['a'], { original: copied, data: bytes });
      const id = await bench.store.ids.reserve(1);
      for (const data of [Uint8Array.of(1), Uint8Array.of(2, 2)]) {
        const put = [id, kept!].map((each) => ({ id: each, data }));
        await originals.put(collection, put);
      }
      expect([...(await originals.read(id))!]).toEqual([2, 2]);
      expect([...(await originals.read(kept!))!]).toEqual([...bytes]);
      expect(await loose(collection)).toEqual([id]);
    });

    test('a row without its original is refused, and so is an original for a missing collection', async () => {
      const collection = await bench.create();
      const id = await bench.store.ids.reserve(1);
      const inserting = bench.insert(collection, [{ ...newImage(id, 'a'), original: copied }]);
      await expect(inserting).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await bench.store.images.get([id])).toEqual([]);
      await bench.store.collections.markDropping(collection);
      for (const of of [collection, 999_999])
        await expect(bench.store.originals.put(of, [{ id, data: bytes }])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await bench.store.originals.exists(id)).toBe(false);
    });

    test('a collection is removed only after its originals', async () => {
      const { collections, originals, ids } = bench.store;
      const collection = await bench.create();
      const [image] = await bench.readyImages(collection, ['a'], { original: copied, data: bytes });
      const early = await ids.reserve(1);
      await originals.put(collection, [{ id: early, data: bytes }]);
      await collections.markDropping(collection);
      const busy = expect.objectContaining({ code: 'CONFLICT' }) as Error;
      await expect(collections.remove(collection)).rejects.toEqual(busy);
      await collections.removeImages(collection);
      await expect(collections.remove(collection)).rejects.toEqual(busy);
      expect(await loose(collection)).toEqual([image, early]);
      await originals.delete(await loose(collection));
      await collections.remove(collection);
      expect(await collections.listDropping()).toEqual([]);
      expect(await originals.exists(image!)).toBe(false);
    });

    test('a picture of the largest allowed size is stored', async () => {
      const most = await bench.store.originals.maxBytes();
      const data = new Uint8Array(Math.min(most, 40_000_000)).fill(7);
      const [id] = await bench.readyImages(await bench.create(), ['a'], { original: { kind: 'copied' }, data });
      expect((await bench.store.originals.read(id!))?.length).toBe(data.length);
      expect(most).toBeGreaterThan(15_000_000);
    });

    test('a large original is read back byte for byte', async () => {
      const collection = await bench.create();
      const data = new Uint8Array(5 * 1024 * 1024).map((_, i) => (i * 31) & 255);
      const [id] = await bench.readyImages(collection, ['big'], { original: { kind: 'copied' }, data });
      expect(Buffer.compare((await bench.store.originals.read(id!))!, data)).toBe(0);
    });

    test('an original is also read as a stream, completely or in a range', async () => {
      const collection = await bench.create();
      const data = new Uint8Array(9 * 1024 * 1024).map((_, i) => (i * 31 + (i >> 16)) & 255);
      const copied = { original: { kind: 'copied' }, data } as const;
      const [id] = await bench.readyImages(collection, ['big'], copied);
      const open = async (range?: ByteRange): Promise<Buffer[]> => {
        const pieces: Buffer[] = [];
        for await (const piece of (await bench.store.originals.open(id!, range))!) pieces.push(Buffer.from(piece));
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
      expect(await bench.store.originals.open(referenced!)).toBeNull();
      expect(await bench.store.originals.exists(referenced!)).toBe(false);
      // A destroyed stream reads no further pieces.
      (await bench.store.originals.open(id!))!.destroy();
    });
  });
}
