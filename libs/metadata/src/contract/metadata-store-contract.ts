import { Bench, type OpenedStore } from './bench';
import { collectionContract } from './collection-contract';
import { imageContract } from './image-contract';
import { jobContract } from './job-contract';
import { spaceContract } from './space-contract';

export type { OpenedStore } from './bench';

/** What every metadata store promises. Runs on a real engine. */
export function metadataStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} keeps the metadata store's contract`, () => {
    const bench = new Bench(open);
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    collectionContract(bench);
    spaceContract(bench);
    imageContract(bench);
    jobContract(bench);

    test('another connection sees what is committed, and only that', async () => {
      const collection = await bench.create();
      const other = await bench.connect();
      const ids = await bench.images(collection, ['a']);
      expect(await other.findImage(collection, 'a')).toBeNull();
      await bench.store.settle(collection, ids);
      expect(await other.findImage(collection, 'a')).toMatchObject({ id: ids[0] });
      await other.close();
    });
  });
}
