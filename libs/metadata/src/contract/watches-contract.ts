import type { SourceFolder } from '@wentu/domain';
import type { Bench } from './bench';

/** Folders that are watched. */
export function watchesContract(bench: Bench): void {
  describe('watched folders', () => {
    const sourceOf = async (collection: number, source = '/photos'): Promise<SourceFolder> => {
      await bench.readyImages(collection, [`in ${source}`], { source });
      const found = (await bench.store.images.listSources(collection)).find((each) => each.directory === source);
      if (!found) throw new Error('no source');
      return found;
    };
    const idsOf = (sources: readonly SourceFolder[]): number[] => sources.map(({ id }) => id);

    test('a watch is on with the options of its loads until it is turned off', async () => {
      const { watches, images } = bench.store;
      const { id } = await sourceOf(await bench.create());
      expect(await watches.claim('a/1', 60_000)).toEqual([]);
      const options = { copyImages: false, idFrom: 'stem' } as const;
      expect(await watches.set(id, options)).toMatchObject({ id, watch: { options, report: null } });
      expect(await images.findSource(id)).toMatchObject({ watch: { options, report: null } });
      expect(idsOf(await watches.claim('a/1', 60_000))).toEqual([id]);
      await watches.report(id, 'a/1', { state: 'POLLING', problem: '没有 inotify' });
      expect((await images.findSource(id))?.watch?.report).toEqual({ state: 'POLLING', problem: '没有 inotify' });
      // A watch that is on already keeps its owner and its report.
      await watches.set(id, {});
      expect((await images.findSource(id))?.watch).toEqual({
        ...{ options: {}, report: { state: 'POLLING', problem: '没有 inotify' } },
      });
      expect(await watches.set(id, null)).toMatchObject({ id, watch: null });
      expect(await watches.claim('a/1', 60_000)).toEqual([]);
      expect(await watches.set(999_999, {})).toBeNull();
    });

    test('one owner watches a folder at a time: until its lease ends, or it is released', async () => {
      const { watches, images } = bench.store;
      const collection = await bench.create();
      const [first, second] = [await sourceOf(collection), await sourceOf(collection, '/camera')];
      await watches.set(first.id, {});
      expect(idsOf(await watches.claim('a/1', 60_000))).toEqual([first.id]);
      await watches.set(second.id, {});
      const other = await bench.connect();
      expect(idsOf(await other.watches.claim('b/1', 60_000))).toEqual([second.id]);
      expect(idsOf(await watches.claim('a/1', 60_000))).toEqual([first.id]);
      // A report of a process that lost its lease is ignored.
      await watches.report(second.id, 'a/1', { state: 'EVENTS', problem: null });
      expect((await images.findSource(second.id))?.watch?.report).toBeNull();
      await other.watches.report(second.id, 'b/1', { state: 'EVENTS', problem: null });
      await watches.release('b/');
      expect((await images.findSource(second.id))?.watch?.report).toBeNull();
      expect(idsOf(await watches.claim('a/1', -1))).toEqual([first.id, second.id]);
      // Both leases are over already.
      expect(idsOf(await other.watches.claim('b/2', 60_000))).toEqual([first.id, second.id]);
      expect(await watches.claim('a/1', 60_000)).toEqual([]);
      await other.close();
    });

    test('folders of a collection that is being dropped are not watched', async () => {
      const { watches, collections } = bench.store;
      const collection = await bench.create();
      const { id } = await sourceOf(collection);
      await watches.set(id, {});
      expect(idsOf(await watches.claim('a/1', 60_000))).toEqual([id]);
      await collections.markDropping(collection);
      expect(await watches.claim('a/1', 60_000)).toEqual([]);
    });
  });
}
