import { newEmbedding, newImage, type Bench } from './bench';

/** Image versions, their states and their reads. */
export function imagesContract(bench: Bench): void {
  describe('image states', () => {
    test('a pending image is not visible; a settled image has exactly the given values', async () => {
      const collection = await bench.create();
      const [id] = await bench.images(collection, ['目录/狗.png']);
      expect(await bench.store.images.find(collection, '目录/狗.png')).toBeNull();
      expect(await bench.count(collection)).toBe(0);
      expect(await bench.store.images.settlement(collection)).toEqual({ unsettled: 1, newestId: 0 });
      expect(await bench.store.images.settle(collection, [id!])).toEqual([]);
      expect(await bench.store.images.find(collection, '目录/狗.png')).toMatchObject({
        id,
        collectionId: collection,
        imageId: '目录/狗.png',
        state: 'READY',
        mimeType: 'image/png',
        width: 3,
        height: 2,
        sizeBytes: 7,
        original: { kind: 'reference', path: '/photos/目录/狗.png', modifiedAtMs: 1_700_000_000_000.25 },
      });
      const [row] = await bench.store.images.getEmbedded(await bench.spaceOf(collection), [id!]);
      expect([...row!.vector]).toEqual([id, 0.5, -0.25, 1]);
      expect(await bench.count(collection)).toBe(1);
      expect(await bench.store.images.settlement(collection)).toEqual({ unsettled: 0, newestId: id });
    });

    test('a new version replaces the old version in one step', async () => {
      const collection = await bench.create();
      const [old] = await bench.readyImages(collection, ['a']);
      const [next] = await bench.images(collection, ['a']);
      expect((await bench.store.images.find(collection, 'a'))?.id).toBe(old);
      expect(await bench.store.images.settle(collection, [next!])).toEqual([old]);
      expect(await bench.store.images.settlement(collection)).toEqual({ unsettled: 1, newestId: next });
      expect((await bench.store.images.find(collection, 'a'))?.id).toBe(next);
      expect(await bench.store.images.pageIdsInState(collection, 'TOMBSTONE', 0, 10)).toEqual([old]);
      expect(await bench.count(collection)).toBe(1);
    });

    test('of two versions that are settled together, the later one stays', async () => {
      const collection = await bench.create();
      const [first] = await bench.images(collection, ['a']);
      const [second] = await bench.images(collection, ['a']);
      expect(await bench.store.images.settle(collection, [second!, first!])).toEqual([first]);
      expect((await bench.store.images.find(collection, 'a'))?.id).toBe(second);
      expect(await bench.count(collection)).toBe(1);
    });

    test('settling rows twice, or unknown rows, changes nothing', async () => {
      const collection = await bench.create();
      const ids = await bench.readyImages(collection, ['a']);
      expect(await bench.store.images.settle(collection, [...ids, 999_999])).toEqual([]);
      expect(await bench.count(collection)).toBe(1);
    });

    test('a failed insert leaves no row of its batch', async () => {
      const collection = await bench.create();
      const [id] = await bench.readyImages(collection, ['a']);
      await expect(bench.insert(collection, [newImage(888_888, 'b'), newImage(id!, 'a')])).rejects.toThrow();
      expect(await bench.store.images.get([888_888])).toEqual([]);
      expect(await bench.store.images.get([id!])).toMatchObject([{ state: 'READY' }]);
    });

    test('an insert whose reply was lost may be repeated', async () => {
      const collection = await bench.create();
      const first = await bench.store.ids.reserve(2);
      const data = Uint8Array.of(9, 8, 7);
      const copied = { original: { kind: 'copied' } } as const;
      const rows = ['a', 'b'].map((imageId, i) => ({ ...newImage(first + i, imageId), ...copied }));
      await bench.insert(collection, rows, data);
      await bench.insert(collection, rows);
      await bench.insert(collection, rows, data);
      const ids = rows.map(({ id }) => id);
      expect(await bench.store.images.pageIdsInState(collection, 'PENDING', 0, 10)).toEqual(ids);
      expect(await bench.store.originals.read(ids[1]!)).toEqual(Uint8Array.of(9, 8, 7));
      await bench.store.images.settle(collection, ids);
      expect(await bench.store.images.pageIdsInState(collection, 'READY', 0, 10)).toEqual(ids);
      const states = await bench.store.images.getStates([...ids, 999_999]);
      expect([...states].sort(([a], [b]) => a - b)).toEqual(ids.map((id) => [id, 'READY']));
      expect(await bench.count(collection)).toBe(2);
    });

    test('tombstoned images are not visible, and removed rows leave no data', async () => {
      const collection = await bench.create();
      const [a, b] = await bench.readyImages(collection, ['a', 'b'], {
        original: { kind: 'copied' },
        data: Uint8Array.of(9, 8, 7),
      });
      expect(await bench.store.images.tombstone(collection, [a!, 777])).toEqual([a]);
      expect(await bench.store.images.tombstone(collection, [a!])).toEqual([]);
      expect((await bench.store.images.findAll(collection, ['a', 'b'])).map(({ id }) => id)).toEqual([b]);
      expect(await bench.count(collection)).toBe(1);
      expect(await bench.store.images.removeRows(collection, [a!, b!])).toEqual([a]);
      expect(await bench.store.images.removeRows(collection, [a!, b!])).toEqual([]);
      expect((await bench.store.images.get([a!, b!])).map(({ id }) => id)).toEqual([b]);
      await bench.store.originals.delete([a!, b!]);
      expect(await bench.store.originals.read(a!)).toBeNull();
      expect([...(await bench.store.originals.read(b!))!]).toEqual([9, 8, 7]);
    });

    test('of two versions that are settled together, the later one stays, in lists of any length and order', async () => {
      const collection = await bench.create();
      const [first] = await bench.images(collection, ['a']);
      const others = await bench.images(
        collection,
        Array.from({ length: 700 }, (_, i) => `image ${i}`),
      );
      const [second] = await bench.images(collection, ['a']);
      expect(await bench.store.images.settle(collection, [second!, ...others, first!])).toEqual([first]);
      expect((await bench.store.images.find(collection, 'a'))?.id).toBe(second);
      expect(await bench.count(collection)).toBe(701);
    });

    test('an embedding of another dimension is refused with its whole batch', async () => {
      const collection = await bench.create();
      const rows = [newImage(1, 'good'), newImage(2, 'bad')];
      const spaceId = await bench.spaceOf(collection);
      const embeddings = [newEmbedding(1, spaceId), { ...newEmbedding(2, spaceId), vector: new Float32Array(3) }];
      const inserted = bench.store.images.insertPending(collection, rows, embeddings);
      await expect(inserted).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await bench.store.images.get([1, 2])).toEqual([]);
    });

    test('an imageId that cannot be stored unchanged, or is too long, is refused', async () => {
      const collection = await bench.create();
      for (const imageId of ['', 'a\0b', 'a\ud842', '𠮷'.repeat(513)]) {
        await expect(bench.images(collection, [imageId])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      expect(await bench.store.images.settlement(collection)).toMatchObject({ unsettled: 0 });
    });
  });

  describe('image reads', () => {
    test('imageIds are compared exactly: case, accents, spaces, 512 code points', async () => {
      const collection = await bench.create();
      const ids = ['a', 'A', 'á', 'a ', ' a', '𠮷'.repeat(512), '7000000000123456789', '7000000000123456788'];
      await bench.readyImages(collection, ids);
      for (const id of ids) expect((await bench.store.images.find(collection, id))?.imageId).toBe(id);
      expect(await bench.count(collection)).toBe(ids.length);
    });

    test('pages are ordered by id and contain the expected rows', async () => {
      const collection = await bench.create();
      const ids = await bench.readyImages(collection, ['a', 'b', 'c', 'd', 'e']);
      await bench.store.images.tombstone(collection, [ids[1]!]);
      await bench.readyImages(await bench.create('other'), ['z']);
      expect((await bench.store.images.page(collection, ids[0]!, 2)).map(({ id }) => id)).toEqual([ids[2], ids[3]]);
      const space = await bench.spaceOf(collection);
      const page = await bench.store.images.pageEmbeddings(collection, space, 0, 3);
      expect(page.ids).toEqual([ids[0], ids[2], ids[3]]);
      expect([...page.vectors]).toEqual([ids[0], ids[2], ids[3]].flatMap((id) => [id, 0.5, -0.25, 1]));
      expect(await bench.store.images.pageEmbeddings(collection, space, ids[4]!, 3)).toMatchObject({ ids: [] });
      expect(await bench.store.images.pageEmbeddedIds(collection, space, ids[0]!, 2)).toEqual([ids[2], ids[3]]);
      const [photos, ...others] = await bench.store.images.listSources(collection);
      expect([photos?.directory, others]).toEqual(['/photos', []]);
      const placed = await bench.store.images.pageSource(photos!.id, ids[0]!, 10);
      expect(placed.map(({ id }) => id)).toEqual([ids[2], ids[3], ids[4]]);
      expect(placed[0]).toMatchObject({ original: { path: '/photos/c' }, isKept: false });
    });

    test('known versions are found by location and by imageId, and references can be moved', async () => {
      const collection = await bench.create();
      const [id] = await bench.readyImages(collection, ['a', 'b']);
      const space = await bench.spaceOf(collection);
      const find = (location: string, imageId: string) =>
        bench.store.images.findVersions(collection, space, {
          locations: [location, '/nope'],
          imageIds: [imageId, 'nope'],
        });
      const known = await find('/photos/b', 'a');
      expect([...known.byImageId.keys()]).toEqual(['a']);
      expect([...known.byLocation].map(([location, { imageId }]) => [location, imageId])).toEqual([['/photos/b', 'b']]);
      expect(known.byImageId.get('a')).toEqual({
        id,
        imageId: 'a',
        fingerprint: 'f'.repeat(64),
        source: '/photos',
        original: { kind: 'reference', path: '/photos/a', modifiedAtMs: 1_700_000_000_000.25 },
        hasLocation: true,
        isKept: false,
      });
      const moved = { kind: 'reference', path: '/new/a', modifiedAtMs: 5 } as const;
      await bench.store.images.relocate(collection, [{ id: id!, source: '/new', location: '/new/a', original: moved }]);
      const after = await find('/new/a', 'b');
      expect(after.byLocation.get('/new/a')).toMatchObject({ id, source: '/new', original: moved });
      expect((await find('/photos/a', 'a')).byLocation.size).toBe(0);
      const nowhere = { id: id!, source: '/a\0b', location: null, original: moved };
      await expect(bench.store.images.relocate(collection, [nowhere])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    test('a replaced version is not found by its location', async () => {
      const collection = await bench.create();
      const [old] = await bench.readyImages(collection, ['a']);
      const [next] = await bench.readyImages(collection, ['a']);
      const wanted = { locations: ['/photos/a'], imageIds: [] };
      const { byLocation } = await bench.store.images.findVersions(collection, await bench.spaceOf(collection), wanted);
      expect([byLocation.get('/photos/a')?.id, old !== next]).toEqual([next, true]);
    });

    test('an image that is kept without its file is marked until its file is found again', async () => {
      const collection = await bench.create();
      const [a, b] = await bench.readyImages(collection, ['a', 'b']);
      const [pending] = await bench.images(collection, ['c']);
      expect(await bench.store.images.keep(collection, [a!, pending!, 999_999])).toBe(1);
      const kept = async (): Promise<(number | boolean)[][]> => {
        const [source] = await bench.store.images.listSources(collection);
        return (await bench.store.images.pageSource(source!.id, 0, 10)).map(({ id, isKept }) => [id, isKept]);
      };
      expect(await kept()).toEqual([
        [a, true],
        [b, false],
      ]);
      const { original, source } = newImage(a!, 'a');
      await bench.store.images.relocate(collection, [{ id: a!, source, location: '/photos/a', original }]);
      expect(await kept()).toEqual([
        [a, false],
        [b, false],
      ]);
    });

    test('a source stores its devices', async () => {
      const collection = await bench.create();
      await bench.readyImages(collection, ['a']);
      const devices = new Map([
        ['/photos', '2049'],
        ['/photos/nas', '57'],
      ]);
      await bench.store.images.setDevices(collection, '/photos', devices);
      await bench.store.images.setDevices(collection, '/empty', new Map());
      expect(
        (await bench.store.images.listSources(collection)).map(({ directory, devices }) => [directory, devices]),
      ).toEqual([
        ['/photos', devices],
        ['/empty', new Map()],
      ]);
    });

    test('accepts lists with more values than a statement has parameters', async () => {
      const collection = await bench.create();
      const names = Array.from({ length: 1_201 }, (_, i) => `image ${i}`);
      const ids = await bench.readyImages(collection, names);
      expect(await bench.store.images.get(ids)).toHaveLength(1_201);
      expect(await bench.store.images.findAll(collection, names)).toHaveLength(1_201);
      expect(await bench.store.images.tombstone(collection, ids)).toHaveLength(1_201);
      await bench.store.images.removeRows(collection, ids);
      expect(await bench.store.images.get(ids)).toEqual([]);
    });

    test('accepts ids up to the largest safe integer, and returns a repeated id once', async () => {
      const collection = await bench.create();
      const ids = [2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
      await bench.insert(
        collection,
        ids.map((id) => newImage(id, `image ${id}`)),
      );
      await bench.store.images.settle(collection, ids);
      const space = await bench.spaceOf(collection);
      expect((await bench.store.images.pageEmbeddings(collection, space, 0, 10)).ids).toEqual(ids);
      expect((await bench.store.images.page(collection, ids[1]!, 10)).map(({ id }) => id)).toEqual(ids.slice(2));
      const twice = Array.from({ length: 1_002 }, (_, i) => ids[i % 2]!);
      expect(await bench.store.images.get(twice)).toHaveLength(2);
    });
  });
}
