import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FolderWatch } from '@wentu/domain';
import { networkTypeOf } from './network-mounts';
import { createFolderWatcher } from './watch-folder';

const PATIENCE_MS = 120_000;
/** Events arrive within this time, so nothing has to be expected after it. */
const SILENCE_MS = 1_500;
const PNG = Buffer.from('89504e470d0a1a0a0000000d', 'hex');

let root: string;
let folder: string;
let own: string;
let changes: boolean[];
let watch: FolderWatch;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'wentu-folder-')));
  [folder, own] = [join(root, 'photos'), join(root, 'photos', 'wentu-data')];
  for (const name of ['a', 'b', 'drafts', 'wentu-data']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'a', 'old.png'), PNG);
  changes = [];
});
afterEach(async () => {
  await watch.close();
  await rm(root, { recursive: true, force: true });
});

async function begin(pollSeconds: number | null): Promise<void> {
  const watcher = createFolderWatcher({ ignored: ['drafts/'], own: [own], pollSeconds });
  const onReport = (): void => {
    throw new Error('the watch changed its state');
  };
  watch = await watcher(folder, ({ hasAdditions }) => changes.push(hasAdditions), onReport);
}

const untilChanged = async (): Promise<boolean[]> => {
  for (const deadline = Date.now() + PATIENCE_MS; changes.length === 0; await sleep(20))
    if (Date.now() > deadline) throw new Error('no change was reported');
  await sleep(300);
  return changes.splice(0);
};
const silence = async (): Promise<void> => {
  await sleep(SILENCE_MS);
  expect(changes).toEqual([]);
};

describe('by events', () => {
  beforeEach(() => begin(null));

  test('reports what is saved, moved and deleted, and says whether something was added', async () => {
    expect(watch.report).toEqual({ state: 'EVENTS', problem: null });
    await writeFile(join(folder, 'a', '新.png'), PNG);
    expect(await untilChanged()).toContain(true);
    await writeFile(join(folder, 'a', '.新.png.tmp'), PNG);
    await rename(join(folder, 'a', '.新.png.tmp'), join(folder, 'a', '新.png'));
    expect(await untilChanged()).toContain(true);
    await rename(join(folder, 'a', '新.png'), join(folder, 'b', '新.png'));
    expect(await untilChanged()).toContain(true);
    await rm(join(folder, 'b', '新.png'));
    expect(await untilChanged()).toEqual([false]);
    await writeFile(join(folder, '.wentuignore'), '*.tiff\n');
    expect(await untilChanged()).toContain(true);
    // A picture without the name of one.
    await writeFile(join(folder, 'scan'), PNG);
    expect(await untilChanged()).toContain(true);
  });

  test('does not report files that no load would take, and nothing of the server itself', async () => {
    await writeFile(join(folder, 'drafts', 'x.png'), PNG);
    await writeFile(join(folder, '.hidden.png'), PNG);
    await writeFile(join(own, 'wentu.sqlite-wal'), 'x');
    await writeFile(join(folder, 'server.log'), 'a line\n');
    await silence();
  });

  test('after a refresh, sees changes in folders that appeared at once with their own folders', async () => {
    await mkdir(join(folder, 'x', 'y', 'z'), { recursive: true });
    expect(await untilChanged()).toContain(true);
    await watch.refresh();
    changes.length = 0;
    await writeFile(join(folder, 'x', 'y', 'z', 'deep.png'), PNG);
    expect(await untilChanged()).toContain(true);
    await rename(join(folder, 'x'), join(folder, 'moved'));
    await untilChanged();
    await watch.refresh();
    changes.length = 0;
    await writeFile(join(folder, 'moved', 'y', 'later.png'), PNG);
    expect(await untilChanged()).toContain(true);
  });

  test('reports nothing after its end', async () => {
    await watch.close();
    await writeFile(join(folder, 'a', 'late.png'), PNG);
    await silence();
  });
});

describe('by comparing', () => {
  beforeEach(() => begin(1));

  test('reports changes of pictures, after a first look', async () => {
    expect(watch.report).toEqual({ state: 'POLLING', problem: null });
    expect(await untilChanged()).toEqual([true]);
    await silence();
    await mkdir(join(folder, 'x', 'y'), { recursive: true });
    await writeFile(join(folder, 'x', 'y', 'new.png'), PNG);
    expect(await untilChanged()).toEqual([true]);
    await writeFile(join(folder, 'x', 'y', 'new.png'), Buffer.concat([PNG, PNG]));
    expect(await untilChanged()).toEqual([true]);
    await rm(join(folder, 'x'), { recursive: true });
    expect(await untilChanged()).toEqual([false]);
    await writeFile(join(folder, 'drafts.txt'), 'no picture');
    await writeFile(join(own, 'wentu.sqlite-wal'), 'x');
    await silence();
  });
});

test('a local folder is on no network', async () => {
  expect(await networkTypeOf(folder)).toBeNull();
  await expect(networkTypeOf(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});
