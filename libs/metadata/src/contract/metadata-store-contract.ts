import { accessContract } from './access-contract';
import { Bench, type OpenedStore } from './bench';
import { attributesContract } from './attributes-contract';
import { collectionsContract } from './collections-contract';
import { imageListContract } from './image-list-contract';
import { imagesContract } from './images-contract';
import { keptOutContract } from './kept-out-contract';
import { loadQueueContract } from './load-queue-contract';
import { spacesContract } from './spaces-contract';
import { storeContract } from './store-contract';
import { storedPicturesContract } from './stored-pictures-contract';
import { watchesContract } from './watches-contract';
import { wordsContract } from './words-contract';

export type { OpenedStore } from './bench';

/** The contract suite of `MetadataStore`: every implementation passes all of it on its real engine. */
export function metadataStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} passes the metadata store contract`, () => {
    const bench = new Bench(open);
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    storeContract(bench);
    collectionsContract(bench);
    spacesContract(bench);
    imagesContract(bench);
    attributesContract(bench);
    imageListContract(bench);
    storedPicturesContract(bench);
    keptOutContract(bench);
    loadQueueContract(bench);
    watchesContract(bench);
    wordsContract(bench);
    accessContract(bench);

    test('another connection sees committed changes only', async () => {
      const collection = await bench.create();
      const other = await bench.connect();
      const ids = await bench.images(collection, ['a']);
      expect(await other.images.find(collection, 'a')).toBeNull();
      await bench.store.images.settle(collection, ids);
      expect(await other.images.find(collection, 'a')).toMatchObject({ id: ids[0] });
      await other.close();
    });
  });
}
