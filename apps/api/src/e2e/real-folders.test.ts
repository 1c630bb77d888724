import { execFileSync } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

/** Folders that appear and disappear, as on USB disks, shares and phones. */
let gate: ReadGate;
let server: TestServer;
let base: string;
const pictures: Buffer[] = [];
const mounts = new Set<string>();
const canMount = process.platform === 'linux' && process.getuid?.() === 0;
const testMounts = canMount ? test : test.skip;
if (!canMount) process.stderr.write('SKIPPED: real mounts; they need Linux and root\n');

beforeAll(async () => {
  gate = await ReadGate.make();
  server = await TestServer.start(gate.env);
  base = await realpath(await mkdtemp(join(tmpdir(), 'wentu-folders-')));
  for (let i = 0; i < 24; i++) pictures.push(await picture(i, 32));
});
afterAll(async () => {
  for (const path of mounts) umount(path);
  await server.close();
  await gate.remove();
  await rm(base, { recursive: true, force: true });
});

function mount(...args: string[]): void {
  execFileSync('mount', args);
  mounts.add(args.at(-1)!);
}
function umount(path: string): void {
  execFileSync('umount', ['-l', path]);
  mounts.delete(path);
}

/** Writes pictures of different bytes, `count` in each folder. */
async function fill(folder: string, count: number, first = 0): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (let i = 0; i < count; i++) {
    const path = join(folder, `p${first + i}.png`);
    await writeFile(path, pictures[(first + i) % pictures.length]!);
    // Bytes after the end of a PNG change the file, but not the picture.
    await appendFile(path, `${folder} ${i}`);
  }
}

async function ids(collection: string): Promise<string[]> {
  const query = 'query ($name: String!) { collection(name: $name) { images(first: 1000) { imageId } } }';
  const answer = await server.data<{ collection: { images: { imageId: string }[] } | null }>(query, {
    name: collection,
  });
  return (answer.collection?.images ?? []).map(({ imageId }) => imageId).sort();
}

async function resolveMissing(collection: string, directory: string, action: 'KEEP' | 'REMOVE'): Promise<number> {
  const mutation = `mutation ($collection: String!, $directory: String!, $action: MissingAction!) {
    resolveMissing(collection: $collection, directory: $directory, action: $action)
  }`;
  return (await server.data<{ resolveMissing: number }>(mutation, { collection, directory, action })).resolveMissing;
}

/** Starts another load, calls `act` while the load waits at a new picture, and returns the ended load. */
async function inMidLoad(folder: string, collection: string, act: () => Promise<void>): Promise<Job> {
  await gate.shut();
  await writeFile(join(folder, `d7/${ReadGate.NAME}.png`), pictures[0]!);
  const { id } = await server.load(folder, { collection, wait: false });
  await server.untilJob(id, ({ processed }) => processed > 0);
  await act();
  await gate.open();
  return await server.jobEnded(id);
}

describe('a folder that disappears during a load', () => {
  const count = 150;
  const fillAll = async (folder: string): Promise<void> => {
    for (let i = 0; i < 15; i++) await fill(join(folder, `d${i}`), count / 15);
  };

  test('when it is renamed, the load fails and removes nothing, also when it continues after a kill', async () => {
    const folder = join(base, 'usb');
    await fillAll(folder);
    expect(await server.load(folder, { collection: 'usb' })).toMatchObject({ status: 'SUCCEEDED', loaded: count });
    const job = await inMidLoad(folder, 'usb', () => rename(folder, `${folder}-gone`));
    expect(job).toMatchObject({ status: 'FAILED', removed: 0, missing: 0, error: { code: 'SOURCE_LOST' } });
    expect(await server.search('红色', 'usb', 1_000)).toHaveLength(count);

    await rename(`${folder}-gone`, folder);
    const again = await inMidLoad(folder, 'usb', async () => {
      await server.kill('SIGKILL');
      await rename(folder, `${folder}-gone`);
      await server.restart();
    });
    expect(again).toMatchObject({ status: 'FAILED', removed: 0 });
    await rename(`${folder}-gone`, folder);
    expect(await server.load(folder, { collection: 'usb' })).toMatchObject({
      loaded: 1,
      skipped: count,
      removed: 0,
      missing: 0,
    });
  });

  testMounts('when it is unmounted, the load fails and removes nothing', async () => {
    const [nas, folder] = [join(base, 'nas'), join(base, 'mounted')];
    await fillAll(nas);
    await mkdir(folder);
    mount('--bind', nas, folder);
    await server.load(folder, { collection: 'nas' });
    const job = await inMidLoad(folder, 'nas', async () => umount(folder));
    expect(job).toMatchObject({ status: 'FAILED', removed: 0, error: { code: 'SOURCE_LOST' } });
    expect(await ids('nas')).toHaveLength(count);
  });
});

test('a file that is moved after a load has read its folder keeps its image: the next load follows it', async () => {
  const folder = join(base, 'sorted');
  for (const name of ['d0', 'd1', 'd7']) await fill(join(folder, name), 40);
  await server.load(folder, { collection: 'sorted' });
  const idOf = async (imageId: string): Promise<string | undefined> => {
    const query = 'query ($i: ID!) { image(collection: "sorted", imageId: $i) { id } }';
    return (await server.data<{ image: { id: string } | null }>(query, { i: imageId })).image?.id;
  };
  const id = await idOf('d0/p0.png');
  const job = await inMidLoad(folder, 'sorted', () => rename(join(folder, 'd0/p0.png'), join(folder, 'd0/moved.png')));
  expect(job).toMatchObject({ status: 'SUCCEEDED', loaded: 1, removed: 0, missing: 1 });
  expect(await server.load(folder, { collection: 'sorted' })).toMatchObject({ loaded: 0, removed: 0, missing: 0 });
  expect([await idOf('d0/moved.png'), await idOf('d0/p0.png')]).toEqual([id, undefined]);
});

describe('missing files and folders at the start of a load', () => {
  test('a few missing files are removed; a missing subfolder, or many missing files, are reported and kept', async () => {
    const folder = join(base, 'album');
    for (const name of ['a', 'b', 'c']) await fill(join(folder, name), 16);
    await server.load(folder, { collection: 'album' });
    for (const i of [0, 1, 2]) await rm(join(folder, `a/p${i}.png`));
    expect(await server.load(folder, { collection: 'album' })).toMatchObject({ removed: 3, missing: 0 });

    await rename(join(folder, 'b'), join(base, 'b-aside'));
    expect(await server.load(folder, { collection: 'album' })).toMatchObject({
      status: 'SUCCEEDED',
      removed: 0,
      missing: 16,
    });
    expect(await ids('album')).toHaveLength(45);
    await mkdir(join(folder, 'b'));
    expect(await server.load(folder, { collection: 'album' })).toMatchObject({ removed: 0, missing: 16 });
    await rm(join(folder, 'b'), { recursive: true });
    await rename(join(base, 'b-aside'), join(folder, 'b'));
    expect(await server.load(folder, { collection: 'album' })).toMatchObject({ skipped: 45, removed: 0, missing: 0 });

    for (let i = 0; i < 11; i++) await rm(join(folder, `b/p${i}.png`));
    expect(await server.load(folder, { collection: 'album' })).toMatchObject({ removed: 0, missing: 11 });
    expect(await resolveMissing('album', folder, 'REMOVE')).toBe(11);
    expect(await ids('album')).toHaveLength(34);
    expect(await server.load(folder, { collection: 'album' })).toMatchObject({ skipped: 34, removed: 0, missing: 0 });
  });

  test('handles a folder in place of a file, a dangling link, and new pictures together with missing ones', async () => {
    const folder = join(base, 'changed');
    await fill(folder, 30);
    await fill(join(folder, 'a'), 2);
    await symlink('p0.png', join(folder, 'link.png'));
    await server.load(folder, { collection: 'changed' });
    for (const name of ['p0.png', 'p1.png']) await rm(join(folder, name));
    await fill(join(folder, 'p1.png'), 1);
    // The target of the link may be unmounted, so the picture is kept. The user can confirm that it is gone.
    expect(await server.load(folder, { collection: 'changed' })).toMatchObject({ loaded: 1, removed: 2, missing: 1 });
    expect(await resolveMissing('changed', folder, 'REMOVE')).toBe(1);
    // 12 of 31 is a large share, though 12 of 131 is not.
    for (let i = 2; i < 14; i++) await rm(join(folder, `p${i}.png`));
    await fill(folder, 100, 100);
    expect(await server.load(folder, { collection: 'changed' })).toMatchObject({
      loaded: 100,
      removed: 0,
      missing: 12,
    });
  });

  test('a picture that the user keeps is found and no longer reported; when its file returns, it is a normal picture', async () => {
    const folder = join(base, 'kept');
    for (const name of ['a', 'b']) await fill(join(folder, name), 3);
    await server.load(folder, { collection: 'kept' });
    await rename(join(folder, 'b'), join(base, 'b-kept'));
    expect(await server.load(folder, { collection: 'kept' })).toMatchObject({ missing: 3 });
    expect(await resolveMissing('kept', folder, 'KEEP')).toBe(3);
    expect(await server.load(folder, { collection: 'kept' })).toMatchObject({ missing: 0, removed: 0 });
    const [hit] = (await server.search('红色', 'kept')).filter(({ image }) => image.imageId.startsWith('b/'));
    expect((await fetch(server.address + hit!.image.url)).status).toBe(200);
    await rename(join(base, 'b-kept'), join(folder, 'b'));
    expect(await server.load(folder, { collection: 'kept' })).toMatchObject({ skipped: 6, missing: 0 });
    await rm(join(folder, 'b/p0.png'));
    expect(await server.load(folder, { collection: 'kept' })).toMatchObject({ removed: 1, missing: 0 });
  });

  test('the user can confirm that an emptied or missing folder is gone', async () => {
    const folder = join(base, 'emptied');
    await fill(folder, 5);
    await server.load(folder, { collection: 'emptied' });
    for (const name of await readdir(folder)) await rm(join(folder, name));
    expect(await server.load(folder, { collection: 'emptied' })).toMatchObject({ total: 0, removed: 0, missing: 5 });
    await rm(folder, { recursive: true });
    const { errors } = await server.graphql(
      `mutation { loadCollection(collection: "emptied", directory: ${JSON.stringify(folder)}) { id } }`,
    );
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await resolveMissing('emptied', folder, 'REMOVE')).toBe(5);
    expect(await ids('emptied')).toEqual([]);
  });

  testMounts('pictures of a mount below the folder stay, also when another device is mounted there', async () => {
    const [nas, multi] = [join(base, 'nas2'), join(base, 'multi')];
    await fill(nas, 4);
    await fill(join(multi, 'local'), 60, 4);
    await mkdir(join(multi, 'nas'));
    mount('-t', 'tmpfs', 'tmpfs', join(multi, 'nas'));
    await cp(nas, join(multi, 'nas'), { recursive: true });
    expect(await server.load(multi, { collection: 'multi' })).toMatchObject({ loaded: 64 });
    umount(join(multi, 'nas'));
    expect(await server.load(multi, { collection: 'multi' })).toMatchObject({ removed: 0, missing: 4 });
    mount('-t', 'tmpfs', 'tmpfs', join(multi, 'nas'));
    await fill(join(multi, 'nas'), 4, 8);
    for (let again = 0; again < 2; again++)
      expect(await server.load(multi, { collection: 'multi' })).toMatchObject({ removed: 0, missing: 4 });
    expect(await ids('multi')).toHaveLength(68);
    umount(join(multi, 'nas'));
  });

  test('pictures that a new pattern excludes are removed', async () => {
    const folder = join(base, 'private');
    await fill(join(folder, 'a'), 2);
    await fill(join(folder, 'drafts'), 3);
    await server.load(folder, { collection: 'private' });
    await writeFile(join(folder, '.wentuignore'), 'drafts/\n');
    const job = await server.load(folder, { collection: 'private' });
    expect(job).toMatchObject({ skipped: 2, removed: 3, missing: 0, ignored: { excluded: 1 } });
    expect(await ids('private')).toEqual(['a/p0.png', 'a/p1.png']);
  });
});

describe('the image of a file', () => {
  test('pictures of two phones with the same file names are both kept, whichever is loaded again', async () => {
    const phones = ['phone1', 'phone2'].map((name) => join(base, name));
    await writeTree(phones[0]!, { 'DCIM/IMG_0001.JPG': pictures[0]!, 'DCIM/IMG_0002.JPG': pictures[1]! });
    await writeTree(phones[1]!, { 'DCIM/IMG_0001.JPG': pictures[2]!, 'DCIM/IMG_0003.JPG': pictures[3]! });
    for (const round of [0, 1]) {
      for (const phone of phones) {
        const job = await server.load(phone, { collection: 'phones' });
        expect(job).toMatchObject({
          loaded: round === 0 ? 2 : 0,
          skipped: round === 0 ? 0 : 2,
          replaced: 0,
          removed: 0,
        });
      }
    }
    const marked = expect.stringMatching(/^DCIM\/IMG_0001-[0-9a-f]{8}\.JPG$/) as string;
    expect(await ids('phones')).toEqual([marked, 'DCIM/IMG_0001.JPG', 'DCIM/IMG_0002.JPG', 'DCIM/IMG_0003.JPG']);
    await writeFile(join(phones[1]!, 'DCIM/IMG_0001.JPG'), pictures[4]!);
    expect(await server.load(phones[1]!, { collection: 'phones' })).toMatchObject({
      loaded: 1,
      replaced: 1,
      skipped: 1,
    });
    expect(await ids('phones')).toHaveLength(4);
  });

  test('a folder and its subfolder give each file once, whichever is loaded first', async () => {
    const root = join(base, 'root');
    await fill(join(root, '2024'), 3);
    await fill(root, 2, 3);
    for (const [name, order] of [
      ['down', [root, join(root, '2024')]],
      ['up', [join(root, '2024'), root]],
    ] as const) {
      for (const folder of [...order, ...order]) await server.load(folder, { collection: name });
      expect(await ids(name)).toHaveLength(5);
    }
    await rm(join(root, '2024/p0.png'));
    expect(await server.load(join(root, '2024'), { collection: 'down' })).toMatchObject({ removed: 1 });
    expect(await server.load(root, { collection: 'up' })).toMatchObject({ removed: 1 });
  });

  test('a folder that was moved keeps its pictures', async () => {
    const [before, after] = [join(base, 'before'), join(base, 'after')];
    await fill(before, 3);
    await server.load(before, { collection: 'moved' });
    await rename(before, after);
    expect(await server.load(after, { collection: 'moved' })).toMatchObject({ skipped: 3, loaded: 0 });
    expect(await ids('moved')).toHaveLength(3);
  });
});

describe('the files of a load', () => {
  test('recognises files by their bytes, loads names that are not UTF-8, and counts each kind of ignored entry', async () => {
    const folder = join(base, 'mixed');
    await writeTree(folder, {
      'sku-002': pictures[0]!,
      'photo.txt': pictures[1]!,
      'note.txt': 'no picture',
      '@Recycle/del.png': pictures[2]!,
      '.hidden.png': pictures[3]!,
      'broken.jpg': 'no picture',
    });
    await symlink('/', join(folder, 'everything'));
    const gbk = Buffer.from('gbk_\xd6\xd0\xce\xc4.png', 'latin1');
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), gbk]), pictures[4]!);
    const job = await server.load(folder, { collection: 'mixed' });
    expect(job).toMatchObject({
      ...{ status: 'PARTIAL', loaded: 3, failed: 1 },
      ignored: { total: 4, notPicture: 1, junk: 2, link: 1 },
      failures: [{ item: 'broken.jpg', code: 'UNSUPPORTED_FORMAT' }],
    });
    expect(await ids('mixed')).toEqual(['gbk_中文.png', 'photo.txt', 'sku-002']);
    for (const { image } of await server.search('红色', 'mixed')) {
      const response = await fetch(server.address + image.url);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    }
    expect(await server.load(folder, { collection: 'mixed' })).toMatchObject({ skipped: 3 });
  });

  test('a load without any image fails and creates no collection', async () => {
    const folder = join(base, 'all-broken');
    await writeTree(folder, { 'a.jpg': 'no picture', 'b.png': '' });
    const job = await server.load(folder, { collection: 'all-broken' });
    expect(job).toMatchObject({ status: 'FAILED', failed: 2, error: { code: 'ALL_FAILED' } });
    const { collections } = await server.data<{ collections: { name: string }[] }>('{ collections { name } }');
    expect(collections.map(({ name }) => name)).not.toContain('all-broken');
  });
});
