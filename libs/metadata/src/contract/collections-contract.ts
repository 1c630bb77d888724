import { NONE, SPACE, type Bench } from './bench';

/** Collections by name, and their lives. */
export function collectionsContract(bench: Bench): void {
  describe('collections', () => {
    test('is found by its name and its id, and listed', async () => {
      const made = await bench.store.collections.create({ name: '家庭相册 🐶', ...SPACE });
      expect(made).toMatchObject({ name: '家庭相册 🐶', activeSpace: SPACE, imageCount: 0 });
      expect(await bench.store.collections.find('家庭相册 🐶')).toEqual(made);
      expect(await bench.store.collections.findById(made.id)).toEqual(made);
      expect(await bench.store.collections.list()).toEqual([made]);
      expect(await bench.store.collections.find('nope')).toBeNull();
    });

    test('knows how many images it has and how large they are, whatever happens to them', async () => {
      const id = await bench.create();
      const [a] = await bench.readyImages(id, ['a', 'b'], { sizeBytes: 5_000_000_000 });
      expect(await bench.totals(id)).toEqual([2, 10_000_000_000]);
      await bench.readyImages(id, ['b'], { sizeBytes: 10 });
      expect(await bench.totals(id)).toEqual([2, 5_000_000_010]);
      await bench.images(id, ['c']);
      await bench.store.images.tombstone(id, [a!]);
      await bench.store.images.tombstone(id, [a!]);
      expect(await bench.totals(id)).toEqual([1, 10]);
    });

    test('a name is taken once; names that differ in case, accent or a space are others', async () => {
      for (const other of ['Cafe', 'cafe', 'café', 'cafe ', '𠮷']) await bench.create(other);
      await expect(bench.create('café')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await bench.store.collections.list()).toHaveLength(5);
    });

    test('is renamed, its images with it; a name that is taken is refused', async () => {
      const id = await bench.create();
      await bench.create('other');
      await bench.readyImages(id, ['a']);
      expect(await bench.store.collections.rename(id, '新名字 🐶')).toMatchObject({
        id,
        name: '新名字 🐶',
        imageCount: 1,
      });
      expect(await bench.store.collections.find('c')).toBeNull();
      expect(await bench.store.collections.find('新名字 🐶')).toMatchObject({ id });
      await expect(bench.store.collections.rename(id, 'other')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await bench.store.collections.rename(id, '新名字 🐶')).toMatchObject({ id });
      expect(await bench.store.collections.rename(999_999, 'x')).toBeNull();
      await bench.store.collections.markDropping(id);
      expect(await bench.store.collections.rename(id, 'y')).toBeNull();
      expect((await bench.create('c')) > id).toBe(true);
    });

    test('is not renamed while loads of either name wait or run', async () => {
      const id = await bench.create();
      const busy = expect.objectContaining({ code: 'CONFLICT' }) as Error;
      const into = (collection: string) => bench.store.loads.create({ collection, directory: '/photos', options: {} });
      for (const collection of ['c', 'new']) {
        const { id: jobId } = await into(collection);
        await expect(bench.store.collections.rename(id, 'new')).rejects.toEqual(busy);
        expect(await bench.store.loads.claim('me', 60_000, [])).toMatchObject({ job: { id: jobId } });
        await expect(bench.store.collections.rename(id, 'new')).rejects.toEqual(busy);
        expect(await bench.store.collections.rename(id, 'c')).toMatchObject({ id, name: 'c' });
        await bench.store.loads.finish(jobId, 'me', 'SUCCEEDED', NONE);
      }
      await into('other');
      expect(await bench.store.collections.rename(id, 'new')).toMatchObject({ id, name: 'new' });
    });

    test('one that is being dropped is seen by nobody and leaves its name free', async () => {
      const old = await bench.create();
      await bench.readyImages(old, ['a']);
      await bench.store.collections.markDropping(old);
      expect(await bench.store.collections.find('c')).toBeNull();
      expect(await bench.store.collections.findById(old)).toBeNull();
      expect((await bench.store.collections.listDropping()).map(({ id }) => id)).toEqual([old]);
      expect(await bench.create()).not.toBe(old);
      await bench.store.collections.remove(old);
      expect(await bench.store.collections.listDropping()).toEqual([]);
    });

    test('removing one takes its rows, previews and originals, and no others', async () => {
      const [a, b] = [await bench.create('a'), await bench.create('b')];
      const [gone] = await bench.readyImages(a, ['x'], { preview: Uint8Array.of(1) });
      const [kept] = await bench.readyImages(b, ['x'], { preview: Uint8Array.of(2) });
      await bench.store.collections.markDropping(a);
      await bench.store.collections.remove(a);
      expect(await bench.store.images.get([gone!, kept!])).toHaveLength(1);
      expect(await bench.store.originals.readPreview(gone!)).toBeNull();
      expect(await bench.store.originals.readPreview(kept!)).toEqual(expect.objectContaining({ length: 1 }));
    });

    test('a name that could not be given back as it is, or is too long, is refused', async () => {
      for (const name of ['', 'a\0b', 'a\ud842', 'x'.repeat(129)]) {
        await expect(bench.create(name)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      await bench.create('𠮷'.repeat(128));
      expect(await bench.store.collections.list()).toHaveLength(1);
    });

    test('nothing is put into a collection that is being dropped, or was never made', async () => {
      const dropped = await bench.create();
      await bench.store.collections.markDropping(dropped);
      await expect(bench.images(dropped, ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(bench.images(999_999, ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
