import { newImage, type Bench } from './bench';

const HASH = 'c'.repeat(64);

/** Images that were deleted for good. */
export function keptOutContract(bench: Bench): void {
  describe('kept-out images', () => {
    const idsOf = async (collection: number): Promise<string[]> =>
      (await bench.store.keptOut.page(collection, null, 100)).map(({ imageId }) => imageId);

    test('an image is removed and listed in one change, newest first, in pages', async () => {
      const { keptOut, images } = bench.store;
      const collection = await bench.create();
      const other = await bench.create('other');
      const [a, b, c] = await bench.readyImages(collection, ['a', 'b', '图 𠮷']);
      const [pending] = await bench.images(collection, ['d']);
      const before = Date.now();
      expect(await keptOut.add(collection, [a!, pending!, 999_999])).toEqual([a]);
      expect(await keptOut.add(collection, [a!])).toEqual([]);
      expect(await keptOut.add(collection, [c!, b!])).toHaveLength(2);
      expect([...(await images.getStates([a!, b!, c!])).values()]).toEqual(['TOMBSTONE', 'TOMBSTONE', 'TOMBSTONE']);
      expect(await bench.totals(collection)).toEqual([0, 0]);
      expect([await keptOut.count(collection), await keptOut.count(other)]).toEqual([3, 0]);
      expect(await idsOf(collection)).toEqual(['图 𠮷', 'b', 'a']);
      const [newest, next] = await keptOut.page(collection, null, 2);
      expect(newest).toMatchObject({ contentHash: HASH, path: '/photos/图 𠮷' });
      expect(newest!.keptOutAt.getTime()).toBeGreaterThanOrEqual(before);
      expect((await keptOut.page(collection, next!.id, 2)).map(({ imageId }) => imageId)).toEqual(['a']);
      expect(await keptOut.page(other, null, 2)).toEqual([]);
    });

    test('an image is found by its location, and by its bytes while no READY image has the same bytes', async () => {
      const { keptOut } = bench.store;
      const collection = await bench.create();
      const [a, , copy] = await bench.readyImages(collection, ['a', 'b', 'copy']);
      await keptOut.add(collection, [a!]);
      const wanted = ['/photos/a', '/photos/b', '/photos/A'];
      expect(await keptOut.findLocations(collection, wanted)).toEqual(new Set(['/photos/a']));
      expect(await keptOut.findContents(collection, [HASH])).toEqual([]);
      const [b] = await bench.store.images.findAll(collection, ['b']);
      await bench.store.images.tombstone(collection, [b!.id, copy!]);
      const [entry, ...more] = await keptOut.findContents(collection, [HASH, 'd'.repeat(64)]);
      expect([entry?.imageId, more]).toEqual(['a', []]);
      await keptOut.relocate(collection, [{ id: entry!.id, location: '/new/a', path: '/new/a' }]);
      expect(await keptOut.findLocations(collection, ['/photos/a', '/new/a'])).toEqual(new Set(['/new/a']));
      expect(await keptOut.page(collection, null, 1)).toMatchObject([{ imageId: 'a', path: '/new/a' }]);
    });

    test('a version that a load inserted before the deletion does not become READY', async () => {
      const { keptOut, images } = bench.store;
      const collection = await bench.create();
      const [a] = await bench.readyImages(collection, ['a']);
      const [next, other] = await bench.images(collection, ['a', 'b']);
      await keptOut.add(collection, [a!]);
      expect(await images.settle(collection, [next!, other!])).toEqual([next]);
      expect(await images.find(collection, 'a')).toBeNull();
      expect(await images.find(collection, 'b')).toMatchObject({ id: other });
      expect(await bench.totals(collection)).toEqual([1, 7]);
      await images.removeRows(collection, [a!, next!]);
      expect(await images.get([a!, next!])).toEqual([]);
    });

    test('an image without a location is compared by its name and its bytes', async () => {
      const { keptOut, images, ids } = bench.store;
      const collection = await bench.create();
      const sent = { location: null, original: { kind: 'copied' }, data: Buffer.from('png') } as const;
      const [a] = await bench.readyImages(collection, ['a'], sent);
      await keptOut.add(collection, [a!]);
      expect(await keptOut.page(collection, null, 1)).toMatchObject([{ imageId: 'a', path: null }]);
      const first = await ids.reserve(2);
      const { data, ...place } = sent;
      const again = { ...newImage(first, 'a'), ...place };
      const changed = { ...newImage(first + 1, 'a'), ...place, contentHash: 'd'.repeat(64) };
      await bench.insert(collection, [again, changed], data);
      expect(await images.settle(collection, [first, first + 1])).toEqual([first]);
      expect(await images.find(collection, 'a')).toMatchObject({ id: first + 1 });
      expect(await keptOut.allow(collection, ['a'], 'unplaced')).toBe(1);
    });

    test('an image that is allowed again can be loaded again', async () => {
      const { keptOut } = bench.store;
      const collection = await bench.create();
      const [a, b] = await bench.readyImages(collection, ['a', 'b']);
      await keptOut.add(collection, [a!, b!]);
      expect(await keptOut.allow(collection, ['a', 'A', 'nope'])).toBe(1);
      expect(await keptOut.allow(collection, ['a'])).toBe(0);
      expect(await keptOut.allow(collection, ['b'], 'unplaced')).toBe(0);
      expect(await idsOf(collection)).toEqual(['b']);
      await bench.readyImages(collection, ['a']);
      expect(await bench.count(collection)).toBe(1);
    });

    test('a dropped collection leaves no list, and lists longer than a statement has parameters work', async () => {
      const { keptOut, collections } = bench.store;
      const collection = await bench.create();
      const names = Array.from({ length: 1_201 }, (_, i) => `image ${i}`);
      expect(await keptOut.add(collection, await bench.readyImages(collection, names))).toHaveLength(1_201);
      const locations = names.map((name) => `/photos/${name}`);
      expect((await keptOut.findLocations(collection, locations)).size).toBe(1_201);
      expect(await keptOut.allow(collection, names.slice(0, 100))).toBe(100);
      await collections.markDropping(collection);
      await bench.remove(collection);
      expect(await keptOut.count(collection)).toBe(0);
    });
  });
}
