import { imageAttributes, NO_FACTS, NO_OWN, type ImageFacts } from '@wentu/domain';
import { newEmbedding, newImage, type Bench } from './bench';

/** Image versions, their states and their reads. */
export function imagesContract(bench: Bench): void {
  describe('image states', () => {
    test('a pending image is not visible; a settled image has exactly the given values', async () => {
      const collection = await bench.create();
      const [id] = await bench.images(collection, ['目录/狗.png']);
      expect(await bench.store.images.find(collection, '目录/狗.png')).toBeNull();
      expect(await bench.count(collection)).toBe(0);
      expect(await bench.store.images.settlement(collection)).toMatchObject({
        unsettled: 1,
        newestId: 0,
        reencodingId: 0,
      });
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
      expect(await bench.store.images.settlement(collection)).toMatchObject({
        unsettled: 0,
        newestId: id,
        reencodingId: 0,
      });
    });

    test('a new version replaces the old version in one step', async () => {
      const collection = await bench.create();
      const [old] = await bench.readyImages(collection, ['a']);
      const [next] = await bench.images(collection, ['a']);
      expect((await bench.store.images.find(collection, 'a'))?.id).toBe(old);
      expect(await bench.store.images.settle(collection, [next!])).toEqual([old]);
      expect(await bench.store.images.settlement(collection)).toMatchObject({
        unsettled: 1,
        newestId: next,
        reencodingId: 0,
      });
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

    test('the facts of an image are stored unchanged', async () => {
      const collection = await bench.create();
      const facts: ImageFacts[] = [
        {
          takenAt: { atMs: 1_696_156_205_257, offsetMinutes: -210, source: 'EXIF' },
          camera: '𠮷'.repeat(128),
          lens: 'RF50mm F1.2 L USM',
          place: { latitude: -31.2345678, longitude: 121.4999999 },
          orientation: 6,
        },
        { ...NO_FACTS, takenAt: { atMs: -4_000_000_000_000, offsetMinutes: null, source: 'FILE' } },
        {
          ...NO_FACTS,
          takenAt: { atMs: 0, offsetMinutes: 0, source: 'EXIF' },
          place: { latitude: 0, longitude: -180 },
        },
        NO_FACTS,
      ];
      const first = await bench.store.ids.reserve(facts.length);
      const rows = facts.map((each, i) => ({ ...newImage(first + i, `i${i}`), facts: each }));
      await bench.insert(collection, rows);
      const ids = rows.map(({ id }) => id);
      await bench.store.images.settle(collection, ids);
      const read = await bench.store.images.page(collection, 0, 10);
      expect(read.map((row) => row.facts)).toEqual(facts);
      const space = await bench.spaceOf(collection);
      const embedded = await bench.store.images.getEmbedded(space, ids);
      expect(embedded.sort((a, b) => a.id - b.id).map((row) => row.facts)).toEqual(facts);
      const { attributes } = await bench.store.images.pageEmbeddings(collection, space, 0, 10);
      expect(attributes).toEqual(rows.map((row) => imageAttributes({ ...row, own: NO_OWN })));
    });

    test('facts are set later, for READY rows only, and rows without them are counted and paged', async () => {
      const collection = await bench.create();
      const ids = await bench.readyImages(collection, ['a', 'b', 'c']);
      const [pending] = await bench.images(collection, ['d']);
      const { images } = bench.store;
      expect(await images.countWithoutFacts(collection)).toBe(0);
      expect(await images.pageWithoutFacts(collection, 0, 10)).toEqual([]);
      const facts: ImageFacts = {
        takenAt: { atMs: 5, offsetMinutes: 60, source: 'EXIF' },
        ...{ camera: 'Nikon D750', lens: 'x', place: { latitude: 1.5, longitude: -2 }, orientation: 3 },
      };
      const changes = [ids[0]!, ids[2]!, pending!, 999_999].map((id) => ({ id, facts }));
      const changed = await images.setFacts(collection, changes);
      expect(changed.sort((a, b) => a - b)).toEqual([ids[0], ids[2]]);
      const rows = await images.page(collection, 0, 10);
      expect(rows.map((row) => row.facts)).toEqual([facts, NO_FACTS, facts]);
      expect(await images.setFacts(collection, [{ id: ids[0]!, facts: NO_FACTS }])).toEqual([ids[0]]);
      expect((await images.find(collection, 'a'))?.facts).toEqual(NO_FACTS);
      expect(await images.setFacts(collection, [])).toEqual([]);
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
      const rows = await bench.store.images.getEmbedded(space, page.ids);
      expect(page.attributes).toEqual(rows.map(imageAttributes));
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
        sizeBytes: 7,
        original: { kind: 'reference', path: '/photos/a', modifiedAtMs: 1_700_000_000_000.25 },
        hasLocation: true,
        isKept: false,
        givenKey: null,
      });
      const moved = { kind: 'reference', path: '/new/a', modifiedAtMs: 5 } as const;
      await bench.store.images.relocate(collection, [{ id: id!, source: '/new', location: '/new/a', original: moved }]);
      const after = await find('/new/a', 'b');
      expect(after.byLocation.get('/new/a')).toMatchObject({ id, source: '/new', original: moved });
      expect((await find('/photos/a', 'a')).byLocation.size).toBe(0);
      const nowhere = { id: id!, source: '/a\0b', location: null, original: moved };
      await expect(bench.store.images.relocate(collection, [nowhere])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    });

    test('READY versions are found by their bytes, and a moved one gets another name', async () => {
      const collection = await bench.create();
      const hash = 'd'.repeat(64);
      const [a, b] = await bench.readyImages(collection, ['a', 'b'], { contentHash: hash });
      await bench.readyImages(collection, ['other']);
      await bench.images(collection, ['pending'], { contentHash: hash });
      await bench.readyImages(await bench.create('second'), ['z'], { contentHash: hash });
      const space = await bench.spaceOf(collection);
      const find = async (...hashes: string[]) => bench.store.images.findContents(collection, space, hashes, 10);
      expect((await find(hash)).map(({ id }) => id)).toEqual([a, b]);
      expect((await bench.store.images.findContents(collection, space, [hash], 1)).map(({ id }) => id)).toEqual([a]);
      expect((await find('e'.repeat(64))).length + (await find()).length).toBe(0);
      expect((await find(hash))[0]).toMatchObject({
        ...{ imageId: 'a', contentHash: hash, fingerprint: 'f'.repeat(64) },
        original: { kind: 'reference', path: '/photos/a' },
      });
      const original = { kind: 'reference', path: '/photos/图/c', modifiedAtMs: 5 } as const;
      const move = { id: a!, source: '/photos', location: '/photos/图/c', original, imageId: '图/c' };
      const { attributesVersion } = await bench.store.images.contents(collection);
      for (let twice = 0; twice < 2; twice++) await bench.store.images.relocate(collection, [move]);
      expect((await bench.store.images.contents(collection)).attributesVersion).not.toBe(attributesVersion);
      expect(await bench.store.images.find(collection, 'a')).toBeNull();
      expect(await bench.store.images.find(collection, '图/c')).toMatchObject({ id: a, original });
      // The old name is free, and the new one is taken.
      const [later] = await bench.readyImages(collection, ['a']);
      expect(await bench.store.images.find(collection, 'a')).toMatchObject({ id: later });
      const [next] = await bench.readyImages(collection, ['图/c']);
      expect(await bench.store.images.getStates([a!])).toEqual(new Map([[a, 'TOMBSTONE']]));
      expect(await bench.store.images.find(collection, '图/c')).toMatchObject({ id: next });
    });

    test('a source is found by its id, with the number of its READY rows', async () => {
      const collection = await bench.create();
      const [a] = await bench.readyImages(collection, ['a', 'b', 'c']);
      await bench.readyImages(collection, ['d'], { source: '/camera' });
      await bench.images(collection, ['pending']);
      await bench.store.images.tombstone(collection, [a!]);
      const { images } = bench.store;
      const [photos, camera] = await images.listSources(collection);
      expect([await images.countSource(photos!.id), await images.countSource(camera!.id)]).toEqual([2, 1]);
      expect(await images.findSource(camera!.id)).toEqual(camera);
      expect(camera).toMatchObject({ collectionId: collection, directory: '/camera', watch: null });
      expect(await images.findSource(999_999)).toBeNull();
    });

    test('a source is removed when no version is in it any more', async () => {
      const collection = await bench.create();
      const [a] = await bench.readyImages(collection, ['a']);
      await bench.readyImages(collection, ['d'], { source: '/camera' });
      const { images } = bench.store;
      const [photos] = await images.listSources(collection);
      expect(await images.removeSource(photos!.id)).toBe(false);
      await images.tombstone(collection, [a!]);
      expect(await images.removeSource(photos!.id)).toBe(false);
      await images.removeRows(collection, [a!]);
      for (let i = 0; i < 2; i++) expect(await images.removeSource(photos!.id)).toBe(true);
      expect((await images.listSources(collection)).map(({ directory }) => directory)).toEqual(['/camera']);
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
