import { newEmbedding, newImage, SPACE, type Bench } from './bench';

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

    test('collections of one model share its space; a model of the same name with another identity has another space', async () => {
      const a = await bench.store.collections.create({ name: 'a', ...SPACE });
      const b = await bench.store.collections.create({ name: 'b', ...SPACE });
      const c = await bench.store.collections.create({ name: 'c', ...SPACE, space: 'newer' });
      expect(a.activeSpace).toEqual({ id: a.activeSpace.id, ...SPACE });
      expect(b.activeSpace).toEqual(a.activeSpace);
      expect(c.activeSpace.id).not.toBe(a.activeSpace.id);
      expect(await bench.store.collections.listSpaces(a.id)).toEqual([a.activeSpace]);
    });

    test('a space is added once; a missing collection has no spaces', async () => {
      const { id, first, second } = await inBoth();
      expect((await bench.store.collections.addSpace(id, OTHER)).id).toBe(second);
      expect(await bench.store.collections.listSpaces(id)).toEqual([
        { id: first, ...SPACE },
        { id: second, ...OTHER },
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
      const [pending] = await bench.images(id, ['b']);
      await expect(bench.store.collections.activateSpace(id, second)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bench.store.images.settle(id, [pending!]);
      await expect(bench.store.collections.activateSpace(id, second)).rejects.toMatchObject({ code: 'CONFLICT' });
      await bench.store.images.tombstone(id, [pending!]);
      expect(await bench.store.collections.activateSpace(id, second)).toMatchObject({
        id,
        activeSpace: { id: second, ...OTHER },
      });
      expect((await bench.store.collections.find('c'))?.activeSpace).toEqual({ id: second, ...OTHER });
      const inOld = bench.store.images.insertPending(id, [newImage(9, 'c')], [newEmbedding(9, first)]);
      await expect(inOld).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      await expect(bench.store.collections.activateSpace(id, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(bench.store.collections.activateSpace(999_999, first)).rejects.toMatchObject({ code: 'NOT_FOUND' });
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
