import { imageAttributes, NO_OWN, type SpaceSwitch } from '@wentu/domain';
import { newEmbedding, newImage, NONE, SPACE, type Bench } from './bench';

const OTHER = { model: 'other', space: 'o', dimension: 2 };

/** Embedding spaces, and images with embeddings in several spaces. */
export function spacesContract(bench: Bench): void {
  describe('embedding spaces', () => {
    const inBoth = async (): Promise<{ id: number; first: number; second: number }> => {
      const { id, activeSpace } = await bench.store.collections.create({ name: 'c', ...SPACE });
      return { id, first: activeSpace.id, second: (await bench.store.collections.addSpace(id, OTHER)).id };
    };
    const pair = (imageRowId: number, spaceId: number) => ({
      ...{ imageRowId, spaceId, vector: Float32Array.of(imageRowId, 9) },
      fingerprint: 'e'.repeat(64),
    });

    /** A re-encoding of the collection that runs and holds it. */
    const holding = async (id: number, maxHidden = 0): Promise<SpaceSwitch> => {
      const { id: jobId } = await bench.store.loads.createReencode(id, { model: 'other', hideUnreadable: false });
      await bench.store.loads.claim('me', 60_000, [], 'REENCODE');
      expect(await bench.store.loads.holdCollection(jobId, 'me')).toBe(true);
      return { jobId, owner: 'me', maxHidden };
    };
    const counts = async (id: number): Promise<number[]> =>
      (await bench.store.collections.listSpaces(id)).map(({ imageCount }) => imageCount);

    test('collections of one model share its space; a model of the same name with another identity has another space', async () => {
      const a = await bench.store.collections.create({ name: 'a', ...SPACE });
      const b = await bench.store.collections.create({ name: 'b', ...SPACE });
      const c = await bench.store.collections.create({ name: 'c', ...SPACE, space: 'newer' });
      expect(a.activeSpace).toEqual({ id: a.activeSpace.id, ...SPACE });
      expect(b.activeSpace).toEqual(a.activeSpace);
      expect(c.activeSpace.id).not.toBe(a.activeSpace.id);
      expect(await bench.store.collections.listSpaces(a.id)).toEqual([{ ...a.activeSpace, imageCount: 0 }]);
    });

    test('a space is added once; a missing collection has no spaces', async () => {
      const { id, first, second } = await inBoth();
      expect((await bench.store.collections.addSpace(id, OTHER)).id).toBe(second);
      expect(await bench.store.collections.listSpaces(id)).toEqual([
        { id: first, ...SPACE, imageCount: 0 },
        { id: second, ...OTHER, imageCount: 0 },
      ]);
      await bench.store.collections.markDropping(id);
      expect(await bench.store.collections.listSpaces(id)).toHaveLength(2);
      await expect(bench.store.collections.addSpace(id, OTHER)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await bench.remove(id);
      expect(await bench.store.collections.listSpaces(id)).toEqual([]);
      expect(await bench.store.collections.listSpaces(999_999)).toEqual([]);
    });

    test('an image has a separate vector and fingerprint in each space', async () => {
      const { id, first, second } = await inBoth();
      const ids = [1, 2, 3];
      await bench.store.images.insertPending(
        id,
        ids.map((row) => newImage(row, `i${row}`)),
        [...ids.map((row) => newEmbedding(row, first)), pair(1, second), pair(3, second)],
      );
      await bench.store.images.settle(id, ids);
      expect((await bench.store.images.getEmbedded(first, ids)).map(({ vector }) => vector.length)).toEqual([4, 4, 4]);
      const others = await bench.store.images.getEmbedded(second, ids);
      expect(others.map((row) => [row.id, ...row.vector]).sort()).toEqual([
        [1, 1, 9],
        [3, 3, 9],
      ]);
      expect(await bench.store.images.findEmbedded(id, second, ['i2', 'i3'])).toMatchObject([{ id: 3, imageId: 'i3' }]);
      expect(await bench.store.images.pageEmbeddings(id, second, 0, 10)).toEqual({
        ids: [1, 3],
        vectors: Float32Array.of(1, 9, 3, 9),
        attributes: [1, 3].map((row) => imageAttributes({ ...newImage(row, `i${row}`), own: NO_OWN })),
      });
      expect(await bench.store.images.pageEmbeddedIds(id, second, 1, 10)).toEqual([3]);
      expect(await bench.store.images.pageEmbeddedIds(id, first, 1, 10)).toEqual([2, 3]);
      const wanted = { locations: ['/photos/i2'], imageIds: ['i1'] };
      const { byImageId, byLocation } = await bench.store.images.findVersions(id, second, wanted);
      expect(byImageId.get('i1')?.fingerprint).toBe('e'.repeat(64));
      expect(byLocation.get('/photos/i2')).toMatchObject({ id: 2, fingerprint: null });
    });

    test('the active space changes only if every image has an embedding in the new space', async () => {
      const { id, first, second } = await inBoth();
      await bench.store.images.insertPending(id, [newImage(1, 'a')], [newEmbedding(1, first), pair(1, second)]);
      const by = await holding(id);
      const [pending] = await bench.images(id, ['b']);
      await expect(bench.store.collections.activateSpace(id, second, by)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bench.store.images.settle(id, [pending!]);
      await expect(bench.store.collections.activateSpace(id, second, by)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bench.store.images.tombstone(id, [pending!]);
      expect(await bench.store.collections.activateSpace(id, second, by)).toMatchObject({
        id,
        activeSpace: { id: second, ...OTHER },
      });
      expect((await bench.store.collections.find('c'))?.activeSpace).toEqual({ id: second, ...OTHER });
      const inOld = bench.store.images.insertPending(id, [newImage(9, 'c')], [newEmbedding(9, first)]);
      await expect(inOld).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(bench.store.collections.activateSpace(id, 999_999, by)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(bench.store.collections.activateSpace(999_999, first, by)).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    test('each space counts its READY images, whatever adds or removes them', async () => {
      const { id, first, second } = await inBoth();
      await bench.store.images.insertPending(
        id,
        [newImage(1, 'a'), newImage(2, 'b')],
        [newEmbedding(1, first), pair(1, second), newEmbedding(2, first)],
      );
      expect(await counts(id)).toEqual([0, 0]);
      await bench.store.images.settle(id, [1, 2]);
      expect(await counts(id)).toEqual([2, 1]);
      // A new version of an image replaces its embeddings in all spaces.
      await bench.store.images.insertPending(id, [newImage(3, 'a')], [newEmbedding(3, first)]);
      await bench.store.images.settle(id, [3]);
      expect(await counts(id)).toEqual([2, 0]);
      expect(await bench.store.images.addEmbeddings(id, second, [pair(2, second), pair(3, second)])).toEqual([2, 3]);
      expect(await counts(id)).toEqual([2, 2]);
      await bench.store.images.tombstone(id, [2]);
      await bench.store.images.removeRows(id, [1, 2]);
      expect(await counts(id)).toEqual([1, 1]);
      expect((await bench.store.collections.findById(id))?.imageCount).toBe(1);
    });

    test('embeddings are added to READY rows only, and twice is the same as once', async () => {
      const { id, first, second } = await inBoth();
      const ready = await bench.images(id, ['a', 'b']);
      await bench.store.images.settle(id, ready);
      await bench.store.images.insertPending(id, [newImage(90, 'c')], [newEmbedding(90, first)]);
      const [a, b] = ready as [number, number];
      await bench.store.images.tombstone(id, [b]);
      const added = [a, b, 90, 999_999].map((row) => pair(row, second));
      for (let call = 0; call < 2; call++) {
        expect(await bench.store.images.addEmbeddings(id, second, added)).toEqual([a]);
        expect(await counts(id)).toEqual([1, 1]);
      }
      const changed = { ...pair(a, second), vector: Float32Array.of(5, 6) };
      await bench.store.images.addEmbeddings(id, second, [changed]);
      const [row] = await bench.store.images.getEmbedded(second, [a, b, 90]);
      expect([...(row?.vector ?? [])]).toEqual([5, 6]);
      const bad = { ...pair(a, second), vector: Float32Array.of(1) };
      for (const [space, embedding] of [
        [second, bad],
        [999_999, changed],
      ] as const)
        // prettier-ignore
        await expect(bench.store.images.addEmbeddings(id, space, [embedding])).rejects.toMatchObject({
          code: 'INVALID_INPUT',
        });
      expect(await counts(id)).toEqual([1, 1]);
    });

    test('a switch may lose as many images as it says, and only for the owner of the job', async () => {
      const { id, first, second } = await inBoth();
      const ready = await bench.images(id, ['a', 'b', 'c']);
      await bench.store.images.settle(id, ready);
      await bench.store.images.addEmbeddings(id, second, [pair(ready[0]!, second)]);
      const by = await holding(id, 1);
      const wrong = [by, { ...by, owner: 'another', maxHidden: 2 }, { ...by, jobId: 999_999, maxHidden: 2 }];
      for (const each of wrong)
        await expect(bench.store.collections.activateSpace(id, second, each)).rejects.toMatchObject({
          code: 'CONFLICT',
        });
      const two = { ...by, maxHidden: 2 };
      for (let call = 0; call < 2; call++)
        expect((await bench.store.collections.activateSpace(id, second, two)).activeSpace.id).toBe(second);
      expect(await counts(id)).toEqual([3, 1]);
      await bench.store.loads.requestCancel(by.jobId);
      const cancelled = bench.store.collections.activateSpace(id, first, two);
      await expect(cancelled).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    test('a kept space is removed with its embeddings, the active space never', async () => {
      const { id, first, second } = await inBoth();
      const other = await bench.store.collections.create({ name: 'other', ...SPACE });
      await bench.store.collections.addSpace(other.id, OTHER);
      const foreign = await bench.images(other.id, ['x']);
      await bench.store.images.settle(other.id, foreign);
      await bench.store.images.addEmbeddings(other.id, second, [pair(foreign[0]!, second)]);
      const names = Array.from({ length: 1_100 }, (_, i) => `i${i}`);
      const ready = await bench.images(id, names);
      await bench.store.images.settle(id, ready);
      const embeddings = ready.map((row) => pair(row, second));
      await bench.store.images.addEmbeddings(id, second, embeddings);
      for (const call of ['emptySpace', 'removeSpace'] as const)
        await expect(bench.store.collections[call](id, first)).rejects.toMatchObject({ code: 'CONFLICT' });
      const { jobId } = await holding(id);
      await expect(bench.store.collections.removeSpace(id, second)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await counts(id)).toEqual([1_100, 1_100]);
      await bench.store.loads.finish(jobId, 'me', 'CANCELLED', NONE);
      await bench.store.collections.emptySpace(id, second);
      expect(await counts(id)).toEqual([1_100, 0]);
      for (let call = 0; call < 2; call++) await bench.store.collections.removeSpace(id, second);
      expect(await counts(id)).toEqual([1_100]);
      expect(await bench.store.images.pageEmbeddedIds(id, second, 0, 10)).toEqual([]);
      expect(await counts(other.id)).toEqual([1, 1]);
      expect(await bench.store.images.pageEmbeddedIds(other.id, second, 0, 10)).toEqual(foreign);
    });

    test('embeddings of other rows or other spaces are refused with their whole batch', async () => {
      const { id, first } = await inBoth();
      const foreign = await bench.store.collections.create({ name: 'd', ...SPACE, space: 'foreign' });
      const own = newEmbedding(1, first);
      for (const embeddings of [[], [own, newEmbedding(2, first)], [own, newEmbedding(1, foreign.activeSpace.id)]]) {
        const inserted = bench.store.images.insertPending(id, [newImage(1, 'a')], embeddings);
        await expect(inserted).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      }
      expect(await bench.store.images.get([1])).toEqual([]);
    });

    test('removed rows, and removed collections, leave no embedding in any space', async () => {
      const { id, first, second } = await inBoth();
      const rows = [1, 2];
      await bench.store.images.insertPending(
        id,
        rows.map((row) => newImage(row, `i${row}`)),
        rows.flatMap((row) => [newEmbedding(row, first), pair(row, second)]),
      );
      await bench.store.images.removeRows(id, [1]);
      await bench.store.images.insertPending(id, [newImage(1, 'again')], [newEmbedding(1, first)]);
      expect(await bench.store.images.getEmbedded(second, rows)).toMatchObject([{ id: 2 }]);
      await bench.store.images.settle(id, [2]);
      await bench.store.collections.markDropping(id);
      await bench.remove(id);
      const next = await bench.store.collections.create({ name: 'd', ...SPACE });
      expect(next.activeSpace.id).toBe(first);
      // New rows with these ids must not get the old embeddings.
      await bench.store.images.insertPending(next.id, [newImage(2, 'x')], [newEmbedding(2, first)]);
      expect(await bench.store.images.getEmbedded(second, rows)).toEqual([]);
    });
  });
}
