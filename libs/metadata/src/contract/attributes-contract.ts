import {
  imageAttributes,
  MAX_OWN_NAMES,
  NO_OWN,
  ownAttribute,
  type AttributeChange,
  type OwnAttribute,
  type OwnAttributes,
} from '@wentu/domain';
import { newImage, type Bench } from './bench';

const price = (value: number): OwnAttribute => ({ name: 'price', kind: 'number', value });
const OWN: OwnAttributes = {
  tags: ['a b', '旅行', '𠮷'.repeat(64)],
  attributes: [
    { name: 'made', kind: 'date', value: -62_135_596_800_000 },
    { name: 'note', kind: 'string', value: `"\\\n${'é'.repeat(500)}` },
    price(0.1 + 0.2),
    { name: 'sold', kind: 'boolean', value: false },
    { name: '价格', kind: 'number', value: Number.MAX_SAFE_INTEGER },
  ],
};
const given = (own: Partial<OwnAttributes>, key = 'k') => ({ given: { ...own, key } });

/** What owners give to images. */
export function attributesContract(bench: Bench): void {
  const ownOf = async (collection: number, imageId: string): Promise<OwnAttributes | undefined> =>
    (await bench.store.images.find(collection, imageId))?.own;
  const change = (collection: number, ...changes: AttributeChange[]) =>
    bench.store.attributes.change(collection, changes);

  describe('attributes of owners', () => {
    test('are stored unchanged, and every read has them', async () => {
      const collection = await bench.create();
      const [id] = await bench.readyImages(collection, ['a'], given(OWN));
      await bench.readyImages(collection, ['b']);
      const { images } = bench.store;
      const space = await bench.spaceOf(collection);
      const wanted = [OWN, NO_OWN];
      expect((await images.page(collection, 0, 10)).map(({ own }) => own)).toEqual(wanted);
      expect((await images.get([id!])).map(({ own }) => own)).toEqual([OWN]);
      expect((await images.getEmbedded(space, [id!])).map(({ own }) => own)).toEqual([OWN]);
      expect((await images.findEmbedded(collection, space, ['a'])).map(({ own }) => own)).toEqual([OWN]);
      const { attributes } = await images.pageEmbeddings(collection, space, 0, 10);
      expect(attributes).toEqual((await images.page(collection, 0, 10)).map(imageAttributes));
      expect(attributes[0]).toMatchObject({ tags: OWN.tags, 'own.number.price': 0.1 + 0.2, 'own.boolean.sold': false });
    });

    test('an insert returns what the rows have', async () => {
      const collection = await bench.create();
      const first = await bench.store.ids.reserve(2);
      const rows = [{ ...newImage(first, 'a'), ...given(OWN) }, newImage(first + 1, 'b')];
      const embeddings = rows.map(({ id }) => ({
        ...{ imageRowId: id, vector: Float32Array.of(1, 0, 0, 0), fingerprint: 'f' },
      }));
      const spaceId = await bench.spaceOf(collection);
      const inserted = await bench.store.images.insertPending(
        collection,
        rows,
        embeddings.map((each) => ({ ...each, spaceId })),
      );
      expect([...inserted]).toEqual([[first, OWN]]);
    });

    test('a new version takes over the parts that its source does not give', async () => {
      const collection = await bench.create();
      await bench.readyImages(collection, ['a'], given(OWN));
      await bench.readyImages(collection, ['a']);
      expect(await ownOf(collection, 'a')).toEqual(OWN);
      await bench.readyImages(collection, ['a'], given({ tags: ['x'] }, 'other'));
      expect(await ownOf(collection, 'a')).toEqual({ ...OWN, tags: ['x'] });
      await bench.readyImages(collection, ['a'], given({ attributes: [] }, 'third'));
      expect(await ownOf(collection, 'a')).toEqual({ tags: ['x'], attributes: [] });
    });

    test('a new version keeps what the owner changed when its source gives the same as before', async () => {
      const collection = await bench.create();
      await bench.readyImages(collection, ['a'], given({ tags: ['x'] }));
      await change(collection, { imageId: 'a', addTags: ['y'] });
      await bench.readyImages(collection, ['a'], given({ tags: ['x'] }));
      expect((await ownOf(collection, 'a'))?.tags).toEqual(['x', 'y']);
      const wanted = { locations: [], imageIds: ['a'] };
      const known = await bench.store.images.findVersions(collection, await bench.spaceOf(collection), wanted);
      expect(known.byImageId.get('a')?.givenKey).toBe('k');
    });

    test('change together, each image on its own, and say which points are stale', async () => {
      const collection = await bench.create();
      const [a, b] = await bench.readyImages(
        collection,
        ['a', 'b', 'c'],
        given({ tags: ['x'], attributes: [price(1)] }),
      );
      const tooMany = Array.from({ length: 64 }, (_, i) => `tag ${i}`);
      const { results, stale } = await change(
        collection,
        { imageId: 'a', addTags: ['y'], setAttributes: [price(2)] },
        { imageId: 'nope', tags: [] },
        { imageId: 'c', addTags: tooMany },
        { imageId: 'b', removeTags: ['x'], removeAttributes: ['price'] },
      );
      expect(results.map(({ imageId, status }) => [imageId, status])).toEqual([
        ['a', 'DONE'],
        ['nope', 'NOT_FOUND'],
        ['c', 'INVALID'],
        ['b', 'DONE'],
      ]);
      expect(results[2]?.message).toMatch(/image "c" has 65 tags; give at most 64/);
      expect(stale.map(({ imageRowId }) => imageRowId).sort((x, y) => x - y)).toEqual([a, b]);
      expect(await ownOf(collection, 'a')).toEqual({ tags: ['x', 'y'], attributes: [price(2)] });
      expect(await ownOf(collection, 'b')).toEqual(NO_OWN);
      expect(await ownOf(collection, 'c')).toEqual({ tags: ['x'], attributes: [price(1)] });
      expect(await bench.store.attributes.pageStale(collection, 0, 10)).toEqual(
        [...stale].sort((one, other) => one.id - other.id),
      );
    });

    test('a repeated change writes nothing, and still says which points are stale', async () => {
      const collection = await bench.create();
      await bench.readyImages(collection, ['a']);
      const once = await change(collection, { imageId: 'a', addTags: ['x'] });
      const twice = await change(collection, { imageId: 'a', addTags: ['x'] });
      expect(twice).toEqual(once);
      expect(once.stale).toHaveLength(1);
      const { attributesVersion: before } = await bench.store.images.settlement(collection);
      await bench.store.attributes.removeStale(
        collection,
        once.stale.map(({ id }) => id),
      );
      expect(await bench.store.attributes.pageStale(collection, 0, 10)).toEqual([]);
      expect((await bench.store.images.settlement(collection)).attributesVersion).not.toBe(before);
      expect((await change(collection, { imageId: 'a', addTags: ['x'] })).stale).toEqual([]);
    });

    test('a change reaches a version that is not READY yet', async () => {
      const collection = await bench.create();
      await bench.readyImages(collection, ['a']);
      const [next] = await bench.images(collection, ['a']);
      await change(collection, { imageId: 'a', addTags: ['x'] });
      await bench.store.images.settle(collection, [next!]);
      expect((await ownOf(collection, 'a'))?.tags).toEqual(['x']);
      expect((await bench.store.attributes.staleOf([next!])).map(({ imageRowId }) => imageRowId)).toEqual([next]);
    });

    test('stay with an image that is moved, and leave with its row', async () => {
      const collection = await bench.create();
      const [id] = await bench.readyImages(collection, ['a'], given(OWN));
      await change(collection, { imageId: 'a', addTags: ['x'] });
      const original = { kind: 'reference', path: '/new/a', modifiedAtMs: 5 } as const;
      await bench.store.images.relocate(collection, [{ id: id!, source: '/new', location: '/new/a', original }]);
      expect((await ownOf(collection, 'a'))?.tags).toContain('x');
      await bench.store.images.tombstone(collection, [id!]);
      await bench.store.images.removeRows(collection, [id!]);
      expect(await bench.store.attributes.staleOf([id!])).toEqual([]);
      await bench.readyImages(collection, ['a']);
      expect(await ownOf(collection, 'a')).toEqual(NO_OWN);
    });

    test('a collection admits so many names, and forgets those that no image uses', async () => {
      const collection = await bench.create();
      const names = Array.from({ length: MAX_OWN_NAMES }, (_, i) => ownAttribute(`n${i}`, 'number'));
      expect((await bench.store.attributes.admit(collection, names)).size).toBe(MAX_OWN_NAMES);
      expect((await bench.store.attributes.admit(await bench.create('other'), names)).size).toBe(MAX_OWN_NAMES);
      await bench.readyImages(
        collection,
        ['a', 'b'],
        given({ attributes: names.slice(1, 60).map((_, i) => ({ name: `n${i + 1}`, kind: 'number', value: i })) }),
      );
      expect([...(await bench.store.attributes.admit(collection, [names[1]!]))]).toEqual([names[1]]);
      const more = Array.from({ length: 50 }, (_, i) => ownAttribute(`m${i}`, 'date'));
      expect([...(await bench.store.attributes.admit(collection, more))]).toEqual(more.slice(0, MAX_OWN_NAMES - 59));
      const attributes = Array.from({ length: 41 }, (_, i) => ({ name: `m${i}`, kind: 'date', value: i }) as const);
      const full = { name: 'full', kind: 'boolean', value: true } as const;
      const { results } = await change(
        collection,
        { imageId: 'b', attributes },
        { imageId: 'a', setAttributes: [full] },
      );
      expect(results).toMatchObject([
        { status: 'DONE' },
        { status: 'INVALID', message: expect.stringContaining('different names') as string },
      ]);
    });

    test('accept many images in one change', async () => {
      const collection = await bench.create();
      const names = Array.from({ length: 1_000 }, (_, i) => `image ${i}`);
      await bench.readyImages(collection, names);
      const { results, stale } = await bench.store.attributes.change(
        collection,
        names.map((imageId, i) => ({ imageId, addTags: [`t${i % 7}`], setAttributes: [price(i)] })),
      );
      expect(results.every(({ status }) => status === 'DONE')).toBe(true);
      expect(stale).toHaveLength(1_000);
      expect(await ownOf(collection, 'image 9')).toEqual({ tags: ['t2'], attributes: [price(9)] });
      expect(await bench.store.attributes.pageStale(collection, stale[0]!.id, 400)).toHaveLength(400);
    });
  });
}
