import type { Bench } from './bench';

/** Identity and health of the store, and its ids. */
export function storeContract(bench: Bench): void {
  describe('store and ids', () => {
    test('the store id is a UUID that does not change', async () => {
      const id = await bench.store.storeId();
      expect(id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
      const other = await bench.connect();
      expect(await other.storeId()).toBe(id);
      await other.close();
    });

    test('blocks of ids never overlap, also over two connections', async () => {
      const other = await bench.connect();
      const firsts: number[] = [];
      for (const one of [bench.store, other, bench.store, other]) firsts.push(await one.ids.reserve(10));
      await other.close();
      const all = firsts.flatMap((first) => Array.from({ length: 10 }, (_, i) => first + i));
      expect(new Set(all).size).toBe(40);
      expect(Math.min(...all)).toBeGreaterThan(0);
    });

    test('a milestone stays reached, also for other connections', async () => {
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
}
