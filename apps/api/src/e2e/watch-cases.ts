import { copyFile, mkdir, mkdtemp, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';

/** Changes are found after seconds. The limit is for a machine that does other work. */
const PATIENCE_MS = 400_000;

interface Source {
  readonly id: string;
  readonly directory: string;
  readonly watch: { readonly state: string; readonly problem: string | null } | null;
  readonly lastLoad: Job;
}

/** The suite of one way to notice changes. Each way has its own file, so that two of them wait at the same time. */
export function testWatching(kind: 'events' | 'polling', env: Record<string, string>): void {
  describe(`a folder that is watched by ${kind}`, () => {
    let server: TestServer;
    let root: string;
    let folder: string;
    let collection = '';
    beforeAll(async () => {
      root = await realpath(await mkdtemp(join(tmpdir(), 'wentu-watch-')));
      server = await TestServer.start({ WENTU_LOAD_ROOTS: root, ...env });
    });
    afterAll(async () => {
      await server?.close();
      await rm(root, { recursive: true, force: true });
    });

    // These do not depend on how changes are noticed.
    const byEvents = kind === 'events' ? test : (): void => undefined;
    let number = 0;
    beforeEach(async () => {
      collection = `c${++number}`;
      folder = join(root, collection);
      await mkdir(join(folder, 'sub'), { recursive: true });
      await writeTree(folder, {
        'a.png': await picture(1),
        'sub/b.png': await picture(2),
        'sub/c.png': await picture(3),
      });
      await server.load(folder, { collection });
      const [source] = await sources();
      expect(await watch(source!.id, true)).toMatchObject({ id: source!.id });
      await untilState(kind === 'events' ? 'EVENTS' : 'POLLING');
    });
    afterEach(async () => {
      for (const { id } of await sources()) await watch(id, false);
      await server.data('mutation ($name: String!) { dropCollection(name: $name) }', { name: collection });
    });

    const sources = async (): Promise<Source[]> => {
      const query = `query ($name: String!) { collection(name: $name) { sources {
      id directory watch { state problem } lastLoad { id status loaded skipped failed removed missing failures { item code } } } } }`;
      return (await server.data<{ collection: { sources: Source[] } }>(query, { name: collection })).collection.sources;
    };
    const watch = async (source: string, on: boolean): Promise<Source> => {
      const mutation = 'mutation ($s: ID!, $on: Boolean!) { watchSource(source: $s, on: $on) { id watch { state } } }';
      return (await server.data<{ watchSource: Source }>(mutation, { s: source, on })).watchSource;
    };
    const images = async (): Promise<{ id: string; imageId: string }[]> => {
      const query = 'query ($name: String!) { collection(name: $name) { images(first: 1000) { id imageId } } }';
      const { collection: found } = await server.data<{ collection: { images: { id: string; imageId: string }[] } }>(
        ...([query, { name: collection }] as const),
      );
      return found.images;
    };
    const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await holds())) {
        if (Date.now() > deadline) {
          const state = JSON.stringify([await sources(), (await images()).map(({ imageId }) => imageId)]);
          throw new Error(`not reached: ${what}; ${state}\n${server.log}`);
        }
        await sleep(100);
      }
    };
    const untilState = async (state: string): Promise<void> =>
      await until(state, async () => (await sources())[0]?.watch?.state === state);
    const untilImages = async (...names: string[]): Promise<void> => {
      const wanted = names.sort().join(' ');
      await until(wanted, async () => {
        const found = (await images()).map(({ imageId }) => imageId);
        return found.sort().join(' ') === wanted;
      });
    };
    /** No load is queued or running, and no change waits for one. */
    const untilQuiet = async (): Promise<Source> => {
      let last = '';
      await until('quiet', async () => {
        const [source] = await sources();
        const now = JSON.stringify(source?.lastLoad);
        const isQuiet = now === last && !/QUEUED|RUNNING/.test(now);
        last = now;
        if (!isQuiet) await sleep(3_500);
        return isQuiet;
      });
      return (await sources())[0] as Source;
    };

    test('finds what is saved, also when it is saved under another name first, and forgets what is deleted', async () => {
      await writeFile(join(folder, 'sub', 'new.png'), await picture(10));
      await untilImages('a.png', 'sub/b.png', 'sub/c.png', 'sub/new.png');
      expect((await server.search('圆', collection, 10)).map(({ image }) => image.imageId)).toContain('sub/new.png');

      const before = (await images()).find(({ imageId }) => imageId === 'a.png')?.id;
      await writeFile(join(folder, '.a.png.tmp'), await picture(11));
      await rename(join(folder, '.a.png.tmp'), join(folder, 'a.png'));
      await until('the new version', async () => {
        const now = (await images()).find(({ imageId }) => imageId === 'a.png');
        return now !== undefined && now.id !== before;
      });

      await rm(join(folder, 'sub', 'b.png'));
      await untilImages('a.png', 'sub/c.png', 'sub/new.png');
      const { lastLoad } = await untilQuiet();
      expect(lastLoad).toMatchObject({ status: 'SUCCEEDED', failed: 0, failures: [] });
    });

    byEvents('follows files and folders that are moved: their images stay the same', async () => {
      const idOf = async (name: string): Promise<string | undefined> =>
        (await images()).find(({ imageId }) => imageId === name)?.id;
      const [a, b, c] = [await idOf('a.png'), await idOf('sub/b.png'), await idOf('sub/c.png')];
      await rename(join(folder, 'a.png'), join(folder, '猫.png'));
      await rename(join(folder, 'sub'), join(folder, 'other'));
      await untilImages('猫.png', 'other/b.png', 'other/c.png');
      expect([await idOf('猫.png'), await idOf('other/b.png'), await idOf('other/c.png')]).toEqual([a, b, c]);
      expect((await untilQuiet()).lastLoad).toMatchObject({ loaded: 0, failed: 0, removed: 0, missing: 0 });
    });

    test('a file that is being written is loaded when it is complete, and never fails', async () => {
      const bytes = await picture(20);
      const file = await open(join(folder, 'slow.png'), 'w');
      const size = Math.ceil(bytes.length / 10);
      for (let at = 0; at < bytes.length; at += size) {
        await file.write(bytes.subarray(at, at + size));
        await sleep(700);
      }
      await file.close();
      await untilImages('a.png', 'slow.png', 'sub/b.png', 'sub/c.png');
      const query = 'query ($c: String!) { loadJobs(collection: $c, first: 50) { failed failures { item code } } }';
      const { loadJobs } = await server.data<{ loadJobs: { failed: number; failures: object[] }[] }>(query, {
        c: collection,
      });
      expect(loadJobs.flatMap(({ failures }) => failures)).toEqual([]);
      // A file that stays broken is one line of the ledger in the end.
      await writeFile(join(folder, 'broken.jpg'), 'no picture at all');
      await until('the failure', async () => (await sources())[0]?.lastLoad.failures[0]?.item === 'broken.jpg');
    });

    test('a folder that is away loses nothing, and is watched again when it is back', async () => {
      await rename(folder, `${folder}-away`);
      await untilState('AWAY');
      expect((await images()).map(({ imageId }) => imageId).sort()).toEqual(['a.png', 'sub/b.png', 'sub/c.png']);
      await writeFile(join(`${folder}-away`, 'meanwhile.png'), await picture(30));
      await rename(`${folder}-away`, folder);
      await untilImages('a.png', 'meanwhile.png', 'sub/b.png', 'sub/c.png');
      await untilState(kind === 'events' ? 'EVENTS' : 'POLLING');
      await writeFile(join(folder, 'later.png'), await picture(31));
      await untilImages('a.png', 'later.png', 'meanwhile.png', 'sub/b.png', 'sub/c.png');
    });

    test('the watch survives a kill, and loads what happened meanwhile; after its end it loads nothing', async () => {
      await server.kill('SIGKILL');
      await writeFile(join(folder, 'dead.png'), await picture(40));
      await server.restart();
      await untilImages('a.png', 'dead.png', 'sub/b.png', 'sub/c.png');
      await mkdir(join(folder, 'deep', 'er'), { recursive: true });
      await writeFile(join(folder, 'deep', 'er', 'x.png'), await picture(41));
      await untilImages('a.png', 'dead.png', 'deep/er/x.png', 'sub/b.png', 'sub/c.png');

      const { id, lastLoad } = await untilQuiet();
      expect(await watch(id, false)).toMatchObject({ watch: null });
      await writeFile(join(folder, 'unseen.png'), await picture(42));
      await sleep(5_000);
      expect((await sources())[0]).toMatchObject({ watch: null, lastLoad: { id: lastLoad.id } });
    });

    byEvents('200 files at once are few loads', async () => {
      const count = 200;
      const [made, many] = [join(root, 'made'), join(folder, 'many')];
      for (const each of [made, many]) await mkdir(each);
      const bytes = await Promise.all(Array.from({ length: 10 }, (_, i) => picture(100 + i)));
      for (let i = 0; i < count; i++) await writeFile(join(made, `${i}.png`), bytes[i % 10] as Uint8Array);
      // To write them in the watched folder takes a slow machine so long that more loads begin in between.
      for (let i = 0; i < count; i++) await rename(join(made, `${i}.png`), join(many, `${i}.png`));
      const counted = 'query ($name: String!) { collection(name: $name) { imageCount } }';
      await until('all of them', async () => {
        const found = await server.data<{ collection: { imageCount: number } }>(counted, { name: collection });
        return found.collection.imageCount === count + 3;
      });
      await untilQuiet();
      const query = 'query ($c: String!) { loadJobs(collection: $c, first: 100) { id } }';
      const { loadJobs } = await server.data<{ loadJobs: object[] }>(query, { c: collection });
      expect(loadJobs.length).toBeLessThan(count / 10);
    });

    byEvents('of a move between two watched folders, the addition is loaded first', async () => {
      const second = join(root, `${collection}-second`);
      await mkdir(second);
      await copyFile(join(folder, 'a.png'), join(second, 'copy.png'));
      await server.load(second, { collection });
      for (const { id } of await sources()) await watch(id, true);
      await until('both', async () => (await sources()).every((source) => source.watch?.state !== 'STARTING'));
      await untilQuiet();
      const before = (await images()).find(({ imageId }) => imageId === 'sub/b.png')?.id;
      await rename(join(folder, 'sub', 'b.png'), join(second, 'b.png'));
      await until('the move', async () => (await images()).some(({ imageId }) => imageId === 'b.png'));
      expect((await images()).find(({ imageId }) => imageId === 'b.png')?.id).toBe(before);
      await untilImages('a.png', 'b.png', 'copy.png', 'sub/c.png');
    });
  });
}
