import { NONE, SPACE, type Bench } from './bench';

/** Store identity, ids and collections. */
export function collectionContract(bench: Bench): void {
  describe('store and ids', () => {
    test('the store id is a UUID that stays', async () => {
      const id = await bench.store.storeId();
      expect(id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
      const other = await bench.connect();
      expect(await other.storeId()).toBe(id);
      await other.close();
    });

    test('blocks of ids never overlap, over two connections either', async () => {
      const other = await bench.connect();
      const firsts: number[] = [];
      for (const one of [bench.store, other, bench.store, other]) firsts.push(await one.reserveIds(10));
      await other.close();
      const all = firsts.flatMap((first) => Array.from({ length: 10 }, (_, i) => first + i));
      expect(new Set(all).size).toBe(40);
      expect(Math.min(...all)).toBeGreaterThan(0);
    });

    test('a milestone is reached once and stays, for other connections too', async () => {
      expect(await bench.store.hasReached('samples-loaded')).toBe(false);
      await bench.store.reach('samples-loaded');
      await bench.store.reach('samples-loaded');
      const other = await bench.connect();
      expect([await other.hasReached('samples-loaded'), await other.hasReached('default-made')]).toEqual([true, false]);
      await other.close();
    });

    test('answers a ping', async () => {
      await expect(bench.store.ping()).resolves.toBeUndefined();
    });
  });

  describe('collections', () => {
    test('is found by its name and its id, and listed', async () => {
      const made = await bench.store.createCollection({ name: '家庭相册 🐶', ...SPACE });
      expect(made).toMatchObject({ name: '家庭相册 🐶', activeSpace: SPACE, imageCount: 0 });
      expect(await bench.store.findCollection('家庭相册 🐶')).toEqual(made);
      expect(await bench.store.findCollectionById(made.id)).toEqual(made);
      expect(await bench.store.listCollections()).toEqual([made]);
      expect(await bench.store.findCollection('nope')).toBeNull();
    });

    test('knows how many images it has and how large they are, whatever happens to them', async () => {
      const id = await bench.create();
      const [a] = await bench.readyImages(id, ['a', 'b'], { sizeBytes: 5_000_000_000 });
      expect(await bench.totals(id)).toEqual([2, 10_000_000_000]);
      await bench.readyImages(id, ['b'], { sizeBytes: 10 });
      expect(await bench.totals(id)).toEqual([2, 5_000_000_010]);
      await bench.images(id, ['c']);
      await bench.store.tombstone(id, [a!]);
      await bench.store.tombstone(id, [a!]);
      expect(await bench.totals(id)).toEqual([1, 10]);
    });

    test('a name is taken once; names that differ in case, accent or a space are others', async () => {
      for (const other of ['Cafe', 'cafe', 'café', 'cafe ', '𠮷']) await bench.create(other);
      await expect(bench.create('café')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await bench.store.listCollections()).toHaveLength(5);
    });

    test('is renamed, its images with it; a name that is taken is refused', async () => {
      const id = await bench.create();
      await bench.create('other');
      await bench.readyImages(id, ['a']);
      expect(await bench.store.renameCollection(id, '新名字 🐶')).toMatchObject({
        id,
        name: '新名字 🐶',
        imageCount: 1,
      });
      expect(await bench.store.findCollection('c')).toBeNull();
      expect(await bench.store.findCollection('新名字 🐶')).toMatchObject({ id });
      await expect(bench.store.renameCollection(id, 'other')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await bench.store.renameCollection(id, '新名字 🐶')).toMatchObject({ id });
      expect(await bench.store.renameCollection(999_999, 'x')).toBeNull();
      await bench.store.markDropping(id);
      expect(await bench.store.renameCollection(id, 'y')).toBeNull();
      expect((await bench.create('c')) > id).toBe(true);
    });

    test('is not renamed while loads of either name wait or run', async () => {
      const id = await bench.create();
      const busy = expect.objectContaining({ code: 'CONFLICT' }) as Error;
      const into = (collection: string) => bench.store.createJob({ collection, directory: '/photos', options: {} });
      for (const collection of ['c', 'new']) {
        const { id: jobId } = await into(collection);
        await expect(bench.store.renameCollection(id, 'new')).rejects.toEqual(busy);
        expect(await bench.store.claimJob('me', 60_000, [])).toMatchObject({ job: { id: jobId } });
        await expect(bench.store.renameCollection(id, 'new')).rejects.toEqual(busy);
        expect(await bench.store.renameCollection(id, 'c')).toMatchObject({ id, name: 'c' });
        await bench.store.finishJob(jobId, 'me', 'SUCCEEDED', NONE);
      }
      await into('other');
      expect(await bench.store.renameCollection(id, 'new')).toMatchObject({ id, name: 'new' });
    });

    test('one that is being dropped is seen by nobody and leaves its name free', async () => {
      const old = await bench.create();
      await bench.readyImages(old, ['a']);
      await bench.store.markDropping(old);
      expect(await bench.store.findCollection('c')).toBeNull();
      expect(await bench.store.findCollectionById(old)).toBeNull();
      expect((await bench.store.listDropping()).map(({ id }) => id)).toEqual([old]);
      expect(await bench.create()).not.toBe(old);
      await bench.store.removeCollection(old);
      expect(await bench.store.listDropping()).toEqual([]);
    });

    test('removing one takes its rows, previews and originals, and no others', async () => {
      const [a, b] = [await bench.create('a'), await bench.create('b')];
      const [gone] = await bench.readyImages(a, ['x'], { preview: Uint8Array.of(1) });
      const [kept] = await bench.readyImages(b, ['x'], { preview: Uint8Array.of(2) });
      await bench.store.markDropping(a);
      await bench.store.removeCollection(a);
      expect(await bench.store.getImages([gone!, kept!])).toHaveLength(1);
      expect(await bench.store.readPreview(gone!)).toBeNull();
      expect(await bench.store.readPreview(kept!)).toEqual(expect.objectContaining({ length: 1 }));
    });

    test('a name that could not be given back as it is, or is too long, is refused', async () => {
      for (const name of ['', 'a\0b', 'a\ud842', 'x'.repeat(129)]) {
        await expect(bench.create(name)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      await bench.create('𠮷'.repeat(128));
      expect(await bench.store.listCollections()).toHaveLength(1);
    });

    test('nothing is put into a collection that is being dropped, or was never made', async () => {
      const dropped = await bench.create();
      await bench.store.markDropping(dropped);
      await expect(bench.images(dropped, ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(bench.images(999_999, ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
