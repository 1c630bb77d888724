import { NONE, SPACE, type Bench } from './bench';

/** Names, totals, loads and drops of collections. */
export function collectionsContract(bench: Bench): void {
  describe('collections', () => {
    test('a collection is found by its name and by its id, and is listed', async () => {
      const made = await bench.store.collections.create({ name: '家庭相册 🐶', ...SPACE });
      expect(made).toMatchObject({ name: '家庭相册 🐶', activeSpace: SPACE, imageCount: 0 });
      expect(await bench.store.collections.find('家庭相册 🐶')).toEqual(made);
      expect(await bench.store.collections.findById(made.id)).toEqual(made);
      expect(await bench.store.collections.list()).toEqual([made]);
      expect(await bench.store.collections.find('nope')).toBeNull();
    });

    test('the number and the total size of images are correct after every change', async () => {
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

    test('names are unique; names that differ in case, accent or a space are different', async () => {
      for (const other of ['Cafe', 'cafe', 'café', 'cafe ', '𠮷']) await bench.create(other);
      await expect(bench.create('café')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await bench.store.collections.list()).toHaveLength(5);
    });

    test('a renamed collection keeps its images; a name that is taken is refused', async () => {
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

    const queue = (collection: string) => bench.store.loads.create({ collection, directory: '/photos', options: {} });
    const claim = async (...known: number[]) => (await bench.store.loads.claim('me', 60_000, known))?.job;

    test('ended, running and queued loads stay with their collection when it is renamed', async () => {
      const id = await bench.create();
      const [ended, running] = [await queue('c'), await queue('c')];
      await claim();
      await bench.store.loads.finish(ended.id, 'me', 'SUCCEEDED', NONE);
      expect(await claim()).toMatchObject({ id: running.id, collectionId: id });
      const waiting = await queue('c');
      expect(await bench.store.collections.rename(id, 'new')).toMatchObject({ id, name: 'new' });
      for (const job of [ended, running, waiting])
        expect(await bench.store.loads.find(job.id)).toMatchObject({ collection: 'new', collectionId: id });
      expect(await bench.store.loads.list({ collection: 'c', first: 10 })).toEqual([]);
      expect(await bench.store.loads.list({ collection: 'new', first: 10 })).toHaveLength(3);
      for (const of of [{ collectionId: id }, { collection: 'new' }])
        expect((await bench.store.loads.listUnfinished(of)).map((job) => job.id)).toEqual([running.id, waiting.id]);

      // Its loads still run one at a time, also beside a load that will create another collection of the old name.
      const other = await queue('c');
      expect(other).toMatchObject({ collection: 'c', collectionId: null });
      expect(await claim(running.id)).toMatchObject({ id: other.id });
      expect(await claim(running.id, other.id)).toBeUndefined();
      expect(await bench.store.loads.requestCancelAll({ collectionId: id })).toMatchObject([
        { id: running.id, cancelRequested: true },
        { id: waiting.id, status: 'CANCELLED' },
      ]);
      expect(await bench.store.loads.find(other.id)).toMatchObject({ cancelRequested: false });
    });

    test('unfinished loads of a name get the new collection of that name; no other collection is renamed to it', async () => {
      const [running, waiting] = [await queue('new'), await queue('new')];
      expect(await claim()).toMatchObject({ id: running.id, collectionId: null });
      const id = await bench.create();
      await expect(bench.store.collections.rename(id, 'new')).rejects.toMatchObject({ code: 'CONFLICT' });
      const made = await bench.create('new');
      for (const job of [running, waiting])
        expect(await bench.store.loads.find(job.id)).toMatchObject({ collection: 'new', collectionId: made });
      expect(await claim(running.id)).toBeUndefined();
      await bench.store.loads.finish(running.id, 'me', 'SUCCEEDED', NONE);
      expect(await claim()).toMatchObject({ id: waiting.id, collectionId: made });
    });

    test('a drop cancels the loads of the collection; a later load belongs to the next collection of that name', async () => {
      const id = await bench.create();
      const [running, waiting] = [await queue('c'), await queue('c')];
      await claim();
      await bench.store.collections.markDropping(id);
      expect(await bench.store.loads.find(waiting.id)).toMatchObject({ status: 'CANCELLED', collectionId: id });
      expect(await bench.store.loads.heartbeat(running.id, 'me', 60_000, NONE, [])).toBe('cancel');
      const later = await queue('c');
      expect(later).toMatchObject({ status: 'QUEUED', collectionId: null });
      const next = await bench.create();
      expect(await bench.store.loads.find(later.id)).toMatchObject({ collectionId: next });
      await bench.remove(id);
      expect(await bench.store.loads.find(waiting.id)).toMatchObject({ collection: 'c' });
    });

    test('a collection that is being dropped is hidden, and its name is free', async () => {
      const old = await bench.create();
      await bench.readyImages(old, ['a']);
      await bench.store.collections.markDropping(old);
      expect(await bench.store.collections.find('c')).toBeNull();
      expect(await bench.store.collections.findById(old)).toBeNull();
      expect((await bench.store.collections.listDropping()).map(({ id }) => id)).toEqual([old]);
      expect(await bench.create()).not.toBe(old);
      await bench.remove(old);
      expect(await bench.store.collections.listDropping()).toEqual([]);
    });

    test('removing a collection removes its own rows, previews and originals only', async () => {
      const [a, b] = [await bench.create('a'), await bench.create('b')];
      const [gone] = await bench.readyImages(a, ['x'], { preview: Uint8Array.of(1) });
      const [kept] = await bench.readyImages(b, ['x'], { preview: Uint8Array.of(2) });
      await bench.store.collections.markDropping(a);
      await bench.remove(a);
      expect(await bench.store.images.get([gone!, kept!])).toHaveLength(1);
      expect(await bench.store.originals.readPreview(gone!)).toBeNull();
      expect(await bench.store.originals.readPreview(kept!)).toEqual(expect.objectContaining({ length: 1 }));
    });

    test('a name that cannot be stored unchanged, or is too long, is refused', async () => {
      for (const name of ['', 'a\0b', 'a\ud842', 'x'.repeat(129)]) {
        await expect(bench.create(name)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      await bench.create('𠮷'.repeat(128));
      expect(await bench.store.collections.list()).toHaveLength(1);
    });

    test('images of a collection that is being dropped, or does not exist, are refused', async () => {
      const dropped = await bench.create();
      await bench.store.collections.markDropping(dropped);
      await expect(bench.images(dropped, ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(bench.images(999_999, ['a'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
