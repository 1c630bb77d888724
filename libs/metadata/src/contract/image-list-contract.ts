import {
  checkFilter,
  imageAttributes,
  matches,
  NO_FACTS,
  orderValue,
  type ImageFilter,
  type ImageList,
  type ImageOrder,
  type ImageRow,
  type ListPlace,
} from '@wentu/domain';
import { newImage, type Bench } from './bench';
import { randomFrom, RandomImages } from './random-images';

const ORDERS = (['LOADED_AT', 'TAKEN_AT', 'SIZE', 'NAME'] as const).flatMap((field) => [
  { field, direction: 'ASC' } as const,
  { field, direction: 'DESC' } as const,
]);

/** Lists of images with filters and orders. */
export function imageListContract(bench: Bench): void {
  describe('image lists', () => {
    const seed = Math.floor(Math.random() * 2 ** 32);

    async function randomRows(random: RandomImages, count: number): Promise<{ collection: number; rows: ImageRow[] }> {
      const collection = await bench.create();
      const first = await bench.store.ids.reserve(count + 1);
      const images = Array.from({ length: count }, (_, i) => random.image(first + i));
      await bench.insert(collection, [...images, newImage(first + count, 'pending')]);
      await bench.store.images.settle(
        collection,
        images.map(({ id }) => id),
      );
      await bench.readyImages(await bench.create('other'), ['z']);
      return { collection, rows: await bench.store.images.page(collection, 0, count) };
    }

    test(`random filters find exactly the rows whose attributes match (seed ${seed})`, async () => {
      const random = new RandomImages(randomFrom(seed));
      const { collection, rows } = await randomRows(random, 250);
      const { images } = bench.store;
      const order = { field: 'LOADED_AT', direction: 'ASC' } as const;
      for (let i = 0; i < 400; i++) {
        const filter = random.filter();
        const wanted = rows.filter((row) => matches(filter, imageAttributes(row))).map(({ id }) => id);
        const found = (await images.list(collection, { filter, order }, null, 1_000)).map(({ id }) => id);
        expect({ filter, found }).toEqual({ filter, found: wanted });
        expect(await images.countMatching(collection, filter)).toBe(wanted.length);
        const [first = 0, ...rest] = wanted;
        expect(await images.pageMatchingIds(collection, filter, first, 3)).toEqual(rest.slice(0, 3));
      }
    });

    test('a decimal is equal to no whole number', async () => {
      const collection = await bench.create();
      const facts = { ...NO_FACTS, takenAt: { atMs: 1, offsetMinutes: null, source: 'EXIF' } } as const;
      await bench.readyImages(collection, ['a', 'b'], { facts });
      for (const attribute of ['takenAt', 'width', 'sizeBytes'])
        for (const value of [0.5, 1.5, 2.5, 3.5, 6.5, 7.5])
          expect(await bench.store.images.countMatching(collection, { kind: 'equal', attribute, value })).toBe(0);
    });

    test('the deepest and the longest filters that checkFilter allows are executed', async () => {
      const collection = await bench.create();
      await bench.readyImages(collection, ['a']);
      const near: ImageFilter = { kind: 'near', latitude: 1, longitude: 180, km: 9_000 };
      const known: ImageFilter = { kind: 'exists', attribute: 'camera' };
      const nested = (inner: ImageFilter, levels: number): ImageFilter => {
        if (levels === 0) return inner;
        return { kind: 'or', filters: [known, { kind: 'not', filter: nested(inner, levels - 2) }] };
      };
      const values = Array.from({ length: 250 }, (_, i) => `camera ${i}`);
      const longest: ImageFilter[] = [
        nested(near, 4),
        nested(known, 6),
        { kind: 'or', filters: Array.from({ length: 51 }, () => near) },
        { kind: 'and', filters: Array.from({ length: 127 }, () => ({ kind: 'not', filter: known }) as const) },
        { kind: 'not', filter: { kind: 'oneOf', attribute: 'camera', values } },
      ];
      const counts = [];
      for (const filter of longest) {
        checkFilter(filter);
        counts.push(await bench.store.images.countMatching(collection, filter));
      }
      expect(counts).toEqual([0, 1, 0, 1, 1]);
    });

    test(`pages of any order have every row once, in its order, with and without a filter (seed ${seed})`, async () => {
      const random = new RandomImages(randomFrom(seed));
      const { collection, rows } = await randomRows(random, 60);
      for (const order of ORDERS) {
        for (const filter of [undefined, random.filter(1), random.filter()]) {
          const list: ImageList = { order, ...(filter ? { filter } : {}) };
          const kept = rows.filter((row) => !filter || matches(filter, imageAttributes(row)));
          const wanted = kept.sort((a, b) => compare(order, a, b)).map(({ id }) => id);
          for (const limit of [1, 7, 100])
            expect({ list, ids: await pagesOf(collection, list, limit) }).toEqual({ list, ids: wanted });
        }
      }
    });

    test('pages of attributes are those of the rows, to the last digit', async () => {
      const random = new RandomImages(randomFrom(seed));
      const { collection, rows } = await randomRows(random, 50);
      const { images } = bench.store;
      const places = [1 / 3, -89.99999999999999, 5e-324, 31.234567890123454, 0.1 + 0.2].map((latitude, i) => {
        return { id: rows[i]!.id, facts: { ...rows[i]!.facts, place: { latitude, longitude: -latitude } } };
      });
      await images.setFacts(collection, places);
      const read = await images.page(collection, 0, 50);
      const pages = [
        await images.pageAttributes(collection, 0, 20),
        await images.pageAttributes(collection, read[19]!.id, 100),
      ];
      expect(pages.flatMap(({ ids }) => ids)).toEqual(read.map(({ id }) => id));
      expect(pages.flatMap(({ attributes }) => attributes)).toEqual(read.map(imageAttributes));
      expect(await images.pageAttributes(collection, read.at(-1)!.id, 1)).toEqual({ ids: [], attributes: [] });
    });

    test('a page begins after its place, also when the image there was deleted and others were added', async () => {
      const collection = await bench.create();
      const ids = await bench.readyImages(collection, ['b', 'd', 'f', 'h']);
      const { images } = bench.store;
      const list: ImageList = { order: { field: 'NAME', direction: 'ASC' } };
      const [, second] = await images.list(collection, list, null, 2);
      await images.tombstone(collection, [second!.id]);
      await bench.readyImages(collection, ['a', 'e']);
      const after = { value: 'd', id: second!.id };
      expect((await images.list(collection, list, after, 10)).map(({ imageId }) => imageId)).toEqual(['e', 'f', 'h']);
      expect(second!.id).toBe(ids[1]);
    });

    test(`the place at an index is that of the image there, in every order, with and without a filter (seed ${seed})`, async () => {
      const random = new RandomImages(randomFrom(seed));
      const { collection } = await randomRows(random, 40);
      const { images } = bench.store;
      for (const order of ORDERS)
        for (const filter of [undefined, random.filter(1)]) {
          const list: ImageList = { order, ...(filter ? { filter } : {}) };
          const whole = await images.list(collection, list, null, 100);
          const places = whole.map((row) => ({ value: orderValue(order, row), id: row.id }));
          for (let index = 0; index <= whole.length; index++)
            expect(await images.placeAt(collection, list, index)).toEqual(places[index] ?? null);
          for (const [index, place] of places.entries())
            expect(await images.countBefore(collection, list, place)).toBe(index);
        }
    });

    async function pagesOf(collection: number, list: ImageList, limit: number): Promise<number[]> {
      const ids: number[] = [];
      for (let after: ListPlace | null = null; ;) {
        const rows: ImageRow[] = await bench.store.images.list(collection, list, after, limit);
        ids.push(...rows.map(({ id }) => id));
        const last = rows.at(-1);
        if (!last || rows.length < limit) return ids;
        after = { value: orderValue(list.order, last), id: last.id };
      }
    }
  });
}

/** The order that the port promises. Names of the test differ before the characters that collations ignore. */
function compare(order: ImageOrder, a: ImageRow, b: ImageRow): number {
  const [left, right] = [orderValue(order, a), orderValue(order, b)];
  const sign = order.direction === 'ASC' ? 1 : -1;
  const byId = sign * (a.id - b.id);
  if (left === null || right === null) return Number(left === null) - Number(right === null) || byId;
  if (typeof left === 'string') return sign * Buffer.compare(Buffer.from(left), Buffer.from(String(right))) || byId;
  return sign * (left - Number(right)) || byId;
}
