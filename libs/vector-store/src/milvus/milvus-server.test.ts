import type { MilvusClient } from '@zilliz/milvus2-sdk-node';
import { DataType } from '@zilliz/milvus2-sdk-node';
import { atAngle, exactSearch, randomFrom, randomUnit } from '../contract/points';
import { SEARCH_CONSISTENCIES } from './milvus-options';
import { MilvusVectorStore } from './milvus-vector-store';
import { onEachServer, otherClient } from '../testing/test-servers';
import { QUIET_MS } from './quiet-versions';

const DIMENSION = 8;
const ID = { name: 'id', data_type: DataType.Int64, is_primary_key: true, autoID: false };
const VECTOR = { name: 'embedding', data_type: DataType.FloatVector, dim: DIMENSION };
const ATTRIBUTES = { name: 'attributes', data_type: DataType.JSON };

onEachServer(({ address }) => {
  let store: MilvusVectorStore;
  let other: MilvusClient;
  let index: string;
  let collection: string;
  beforeEach(async () => {
    store = await MilvusVectorStore.open({ address });
    other = otherClient(address);
    index = `server_test_${Date.now()}`;
    collection = `wentu_${index}`;
  });
  afterEach(async () => {
    await store.drop(index);
    await store.close();
    await other.closeConnection();
  });

  const make = (fields: object[], consistency: 'Eventually' | 'Strong' = 'Strong'): Promise<unknown> =>
    other.createCollection({ collection_name: collection, fields: fields as never, consistency_level: consistency });

  it.each(SEARCH_CONSISTENCIES)(
    'sees its own writes in a collection that was created with eventual consistency (%s)',
    async (consistency) => {
      await make([ID, VECTOR, ATTRIBUTES], 'Eventually');
      const own = await MilvusVectorStore.open({ address, searchConsistency: consistency });
      await own.ensure(index, DIMENSION);
      for (let id = 1; id <= 20; id++) {
        const vector = atAngle(id / 10, DIMENSION);
        await own.upsert(index, [{ id, vector, attributes: {} }]);
        expect((await own.search(index, { queries: [vector], limit: 1 }))[0]?.[0]?.id).toBe(id);
        expect(await own.count(index)).toBe(id);
        if (id % 5 === 0) {
          await own.delete(index, [id]);
          expect((await own.search(index, { queries: [vector], limit: 30 }))[0]?.map((hit) => hit.id)).not.toContain(
            id,
          );
          await own.upsert(index, [{ id, vector, attributes: {} }]);
        }
      }
      await own.close();
    },
  );

  it('sees the writes of another store at once', async () => {
    const writer = await MilvusVectorStore.open({ address });
    await store.ensure(index, DIMENSION);
    for (let id = 1; id <= 10; id++) {
      const vector = atAngle(id / 10, DIMENSION);
      await writer.upsert(index, [{ id, vector, attributes: {} }]);
      expect((await store.search(index, { queries: [vector], limit: 1 }))[0]?.[0]?.id).toBe(id);
      expect(await store.count(index)).toBe(id);
      expect(await store.listIds(index, id - 1, 5)).toEqual([id]);
    }
    await writer.close();
  });

  it('a search of a quiet index does not wait, and finds older writes', async () => {
    const writer = await MilvusVectorStore.open({ address });
    await store.ensure(index, DIMENSION);
    const vector = atAngle(1, DIMENSION);
    await writer.upsert(index, [{ id: 7, vector, attributes: {} }]);
    const search = async (): Promise<number | undefined> =>
      (await store.search(index, { queries: [vector], limit: 1, freshness: { version: '7' } }))[0]?.[0]?.id;
    expect(await search()).toBe(7);
    const clock = performance.now.bind(performance);
    const later = jest.spyOn(performance, 'now').mockImplementation(() => clock() + QUIET_MS);
    try {
      const deadline = Date.now() + QUIET_MS;
      let found: number | undefined;
      while (found === undefined && Date.now() < deadline) found = await search();
      expect(found).toBe(7);
    } finally {
      later.mockRestore();
      await writer.close();
    }
  });

  it.each([
    ['another id', [{ ...ID, data_type: DataType.VarChar, max_length: 20 }, VECTOR]],
    ['ids that the server generates', [{ ...ID, autoID: true }, VECTOR]],
    ['another name for the vector', [ID, { ...VECTOR, name: 'vector' }]],
    ['an additional field', [ID, VECTOR, { name: 'title', data_type: DataType.Int32 }]],
  ])('a collection with %s is refused as an index', async (_, fields) => {
    await make(fields);
    const refused = { code: 'INDEX_MISMATCH', message: expect.stringContaining(collection) as string };
    await expect(store.ensure(index, DIMENSION)).rejects.toMatchObject(refused);
    await expect(store.count(index)).rejects.toMatchObject(refused);
    await expect(store.upsert(index, [{ id: 1, vector: atAngle(0, DIMENSION), attributes: {} }])).rejects.toMatchObject(
      refused,
    );
  });

  it('a collection with another metric is refused as an index', async () => {
    await make([ID, VECTOR]);
    await other.createIndex({
      collection_name: collection,
      field_name: 'embedding',
      index_type: 'FLAT',
      metric_type: 'IP',
    });
    await expect(store.ensure(index, DIMENSION)).rejects.toMatchObject({ code: 'INDEX_MISMATCH' });
  });

  it('ensure repairs a collection that was released or whose index was dropped, and keeps its points', async () => {
    await store.ensure(index, DIMENSION);
    const vector = atAngle(1, DIMENSION);
    await store.upsert(index, [{ id: 1, vector, attributes: {} }]);
    await other.releaseCollection({ collection_name: collection });
    await expect(store.search(index, { queries: [vector], limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await store.ensure(index, DIMENSION);
    expect((await store.search(index, { queries: [vector], limit: 1 }))[0]?.[0]?.id).toBe(1);
    await other.releaseCollection({ collection_name: collection });
    await other.dropIndex({ collection_name: collection, field_name: 'embedding', index_name: 'embedding' });
    await store.ensure(index, DIMENSION);
    expect((await store.search(index, { queries: [vector], limit: 1 }))[0]?.[0]?.id).toBe(1);
  });

  it('concurrent calls of ensure by several stores all succeed', async () => {
    const stores = await Promise.all([0, 1, 2, 3].map(() => MilvusVectorStore.open({ address })));
    await Promise.all(stores.map((one) => one.ensure(index, DIMENSION)));
    expect(await store.count(index)).toBe(0);
    for (const one of stores) await one.close();
  });

  it('after another store has created an index again with another dimension, vectors of the old dimension are refused', async () => {
    await store.ensure(index, DIMENSION);
    await store.upsert(index, [{ id: 1, vector: atAngle(1, DIMENSION), attributes: {} }]);
    const second = await MilvusVectorStore.open({ address });
    await second.drop(index);
    await second.ensure(index, DIMENSION / 2);
    const point = { id: 2, vector: atAngle(1, DIMENSION), attributes: {} };
    await expect(store.upsert(index, [point])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await store.upsert(index, [{ id: 2, vector: atAngle(1, DIMENSION / 2), attributes: {} }]);
    await second.upsert(index, [{ id: 3, vector: atAngle(1, DIMENSION / 2), attributes: {} }]);
    await expect(store.search(index, { queries: [atAngle(1, DIMENSION)], limit: 1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await store.listIds(index, 0, 10)).toEqual([2, 3]);
    await second.close();
  });

  it('accepts more points than fit into a request, duplicate ids, and more ids than fit into a page', async () => {
    const dimension = 512;
    const random = randomFrom(5);
    const vectors = Array.from({ length: 50 }, () => randomUnit(random, dimension));
    // 9,000 points are 18 MB. Their ids are scattered, and every tenth id is also written before, with another vector.
    const points = Array.from({ length: 9_000 }, (_, i) => ({
      id: 1 + ((i * 7_919) % 20_011),
      vector: vectors[i % 50]!,
      attributes: {},
    }));
    const doubled = points
      .filter((_, i) => i % 10 === 0)
      .map(({ id }) => ({ id, vector: randomUnit(random, dimension), attributes: {} }));
    await store.ensure(index, dimension);
    await store.upsert(index, [...doubled, ...points]);
    expect(await store.count(index)).toBe(9_000);
    const ids = points.map(({ id }) => id).sort((a, b) => a - b);
    expect(await store.listIds(index, 0, 100_000)).toEqual(ids);
    expect(await store.listIds(index, ids[99]!, 500)).toEqual(ids.slice(100, 600));
    // Equal vectors are ordered by id, whatever the order of the engine.
    const [hits] = await store.search(index, { queries: [vectors[3]!], limit: 180 });
    const expected = exactSearch(points, vectors[3]!, 180);
    expect(hits!.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    await store.delete(index, ids.slice(0, 5_000));
    expect(await store.count(index)).toBe(4_000);
  });

  it('queries whose answers do not fit into one message are sent in batches', async () => {
    await store.ensure(index, DIMENSION);
    await store.upsert(
      index,
      [1, 2, 3].map((id) => ({ id, vector: atAngle(id, DIMENSION), attributes: {} })),
    );
    const queries = Array.from({ length: 150 }, (_, i) => atAngle(1 + (i % 3), DIMENSION));
    const answers = await store.search(index, { queries, limit: 16_384 });
    expect(answers.map((hits) => hits[0]?.id)).toEqual(queries.map((_, i) => 1 + (i % 3)));
    expect(answers.every((hits) => hits.length === 3)).toBe(true);
  });

  it('a name that Milvus does not accept is INVALID_INPUT', async () => {
    for (const name of ['', '图', 'a b', "x'; drop", 'a'.repeat(151)]) {
      await expect(store.ensure(name, DIMENSION)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });
});
