import { EventEmitter, once } from 'node:events';
import fs, { type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatasetOpener } from '@wentu/dataset';
import type { ImageEncoder, ImageInspector, ImagePreparer, LoadJob, MetadataStore } from '@wentu/domain';
import { createOriginalReader, openSqliteStore } from '@wentu/metadata';
import { LoadService, type ImageModel, type ImageModels } from '@wentu/search';
import { EmbeddedVectorStore } from '@wentu/vector-store';

/** Runs a load on a real store and a real folder; in each run another file system operation fails once. */
let base: string;
let folder: string;
let store: MetadataStore;
let vectors: EmbeddedVectorStore;
let service: LoadService;
let collectionId: number;
const ended = new Set<number>();
const endings = new EventEmitter();

const model = {
  ...{ name: 'm', space: 's', dimension: 2, imageSize: 1, contextLength: 52 },
  ...{ logitScale: 4.6, preprocessing: 'p' },
};
const encoder = {
  model,
  encodeImages: async (images) => images.map(() => Float32Array.of(1, 0)),
} satisfies ImageEncoder;
const header = { mimeType: 'image/png', width: 1, height: 1 };
const prepare = async () => ({ ...header, pixels: new Uint8Array(3), preview: Buffer.of(1) });
const preparer = {
  prepare,
  inspect: async () => header,
  revisionOf: () => '',
} satisfies ImagePreparer & ImageInspector;
const only: ImageModel = { info: model, use: () => ({ preparer, encoder, close: async () => undefined }) };
const models = { own: only, find: async () => null, findFor: async () => only } satisfies ImageModels;

beforeAll(async () => {
  base = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'wentu-faults-')));
  folder = join(base, 'pictures');
  for (const name of ['a/1.png', 'a/2.png', 'a/b/3.png', 'a/b/4.png', 'c/5', 'c/6.png', 'link.png', '.wentuignore']) {
    await fs.mkdir(join(folder, name, '..'), { recursive: true });
    if (name === 'link.png') await fs.symlink('a/1.png', join(folder, name));
    else
      await fs.writeFile(
        join(folder, name),
        name === '.wentuignore' ? 'none/\n' : `\x89PNG\r\n\x1a\n${name}`,
        'latin1',
      );
  }
  store = await openSqliteStore({ path: join(base, 'wentu.sqlite') });
  vectors = await EmbeddedVectorStore.open({ threads: 1 });
  service = new LoadService({
    ...{ store, vectors, models, home: 'here', batchSize: 4, decodeConcurrency: 2, maxCopiedBytes: 1_000 },
    ...{ maxRunning: 1, maxQueued: 10, keepJobs: 10 },
    openDataset: createDatasetOpener({ maxImageBytes: 1_000 }),
    readOriginals: createOriginalReader,
    onFinished: async ({ id }) => {
      ended.add(id);
      endings.emit('end');
    },
    onError: (error) => process.stderr.write(`${String(error)}\n`),
    onWait: () => undefined,
  });
  await service.open();
  await load();
  collectionId = (await store.collections.find('c'))!.id;
});
afterAll(async () => {
  await service.close();
  await vectors.close();
  await store.close();
  await fs.rm(base, { recursive: true, force: true });
});

async function load(): Promise<LoadJob> {
  const { id } = await service.start('c', folder, {});
  while (!ended.has(id)) await once(endings, 'end');
  return (await store.loads.find(id))!;
}

async function images(): Promise<string[]> {
  return (await store.images.page(collectionId, 0, 100)).map(({ imageId }) => imageId).sort();
}

const WATCHED = ['open', 'opendir', 'stat', 'lstat', 'realpath', 'readlink', 'statfs', 'readdir'] as const;

/** Makes the n-th call fail that inspects the folder or reads one of its files. @returns the number of calls */
async function withFault(n: number, code: string, work: () => Promise<void>): Promise<number> {
  let calls = 0;
  const fail = (): void => {
    if (++calls === n) throw Object.assign(new Error(`${code}: injected`), { code, syscall: 'injected' });
  };
  const concerns = (path: unknown): boolean => {
    const text = String(path);
    return text.startsWith(folder) || text.startsWith('/proc/self/fd/');
  };
  const spies = WATCHED.map((name) => {
    const original = fs[name] as (...args: unknown[]) => Promise<unknown>;
    return jest.spyOn(fs, name).mockImplementation((async (...args: unknown[]) => {
      if (concerns(args[0])) fail();
      const result = await original(...args);
      if (name === 'open' && concerns(args[0])) failReads(result as FileHandle, fail);
      return result;
    }) as never);
  });
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return calls;
}

function failReads(handle: FileHandle, fail: () => void): void {
  const [read, stat] = [handle.read.bind(handle), handle.stat.bind(handle)];
  handle.read = async (...args: Parameters<typeof read>) => {
    fail();
    return await read(...args);
  };
  handle.stat = (async (...args: Parameters<typeof stat>) => {
    fail();
    return await stat(...args);
  }) as never;
}

test.each(['EIO', 'ENOENT', 'EMFILE'])(
  'with %s at any operation no existing picture is lost, and a successful load has all pictures',
  async (code) => {
    const extra = join(folder, 'a/extra.png');
    let isReached = true;
    let n = 0;
    let failed = 0;
    while (isReached) {
      n++;
      await fs.writeFile(extra, `\x89PNG\r\n\x1a\n${n}`, 'latin1');
      expect(await load()).toMatchObject({ status: 'SUCCEEDED', removed: 0 });
      const before = await images();
      // A file that was really deleted: its image may remain for now; all other images must exist.
      await fs.rm(extra);
      const wanted = before.filter((imageId) => imageId !== 'a/extra.png');
      let job: LoadJob | undefined;
      const calls = await withFault(n, code, async () => {
        job = await load().catch((error: unknown) => {
          // The load was refused at once, because the source could not be read.
          expect(error).toHaveProperty('code');
          return undefined;
        });
      });
      isReached = calls >= n;
      const after = await images();
      expect([n, code, after]).toEqual([n, code, expect.arrayContaining(wanted)]);
      if (job?.status === 'SUCCEEDED') expect(job.missing === 0 ? after : wanted).toEqual(wanted);
      else if (job) failed++;
      expect([n, (await load()).status]).toEqual([n, 'SUCCEEDED']);
      expect([n, await images()]).toEqual([n, wanted]);
    }
    expect(n).toBeGreaterThan(40);
    // At least one fault must have had an effect, else nothing was tested. A full handle table has none.
    if (code !== 'EMFILE') expect(failed).toBeGreaterThan(10);
  },
);
