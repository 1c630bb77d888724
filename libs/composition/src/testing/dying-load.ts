import { createDatasetOpener } from '@wentu/dataset';
import type { ImageEncoder, ImageInspector, ImagePreparer, MetadataStore } from '@wentu/domain';
import { createOriginalReader, openSqliteStore } from '@wentu/metadata';
import { LoadService, type ImageModel } from '@wentu/search';
import { EmbeddedVectorStore } from '@wentu/vector-store';

/** The store calls at which the process can be killed, before or after the call. */
export type DyingPoint =
  `${'originals.put' | 'originals.delete' | 'images.insertPending' | 'images.removeRows'}:${'before' | 'after'}`;

const MODEL = {
  ...{ name: 'm', space: 's', dimension: 2, imageSize: 1, contextLength: 52 },
  ...{ logitScale: 4.6, preprocessing: 'p' },
};
const HEADER = { mimeType: 'image/png', width: 1, height: 1 };

const ENCODER = {
  model: MODEL,
  encodeImages: async (images) => images.map(() => Float32Array.of(1, 0)),
} satisfies ImageEncoder;
const PREPARER = {
  prepare: async () => ({ ...HEADER, pixels: new Uint8Array(3), preview: Buffer.of(1) }),
  inspect: async () => HEADER,
  revisionOf: () => '',
} satisfies ImagePreparer & ImageInspector;
const ONLY: ImageModel = {
  info: MODEL,
  use: () => ({ preparer: PREPARER, encoder: ENCODER, close: async () => undefined }),
};

/** A load service on a real store and real files; every picture has the same vector. */
export async function openLoads(path: string): Promise<{
  readonly service: LoadService;
  readonly store: MetadataStore;
  readonly close: () => Promise<void>;
}> {
  const store = await openSqliteStore({ path });
  const vectors = await EmbeddedVectorStore.open({ threads: 1 });
  const service = new LoadService({
    store: dyingStore(store, process.env['WENTU_TEST_DYING_POINT']),
    vectors,
    models: { own: ONLY, find: async () => ONLY, findFor: async () => ONLY },
    ...{ home: 'here', batchSize: 2, decodeConcurrency: 2, maxCopiedBytes: 1_000 },
    ...{ maxRunning: 1, maxQueued: 10, keepJobs: 10 },
    openDataset: createDatasetOpener({ maxImageBytes: 1_000 }),
    readOriginals: createOriginalReader,
    onFinished: async () => undefined,
    onError: (error) => console.error(error),
    onWait: () => undefined,
  });
  return {
    service,
    store,
    async close() {
      await service.close();
      await vectors.close();
      await store.close();
    },
  };
}

/** The same store, but the process kills itself at the given call with SIGKILL. */
function dyingStore(store: MetadataStore, point: string | undefined): MetadataStore {
  if (point === undefined) return store;
  const [call, when] = point.split(':');
  const dying = <T extends object>(part: string, port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          const dies = `${part}.${String(name)}` === call;
          if (dies && when === 'before') process.kill(process.pid, 'SIGKILL');
          const result: unknown = await Reflect.apply(value, target, args);
          if (dies) process.kill(process.pid, 'SIGKILL');
          return result;
        };
      },
    });
  return { ...store, images: dying('images', store.images), originals: dying('originals', store.originals) };
}

if (require.main === module) void openLoads(process.argv[2] as string).then(({ service }) => service.open());
