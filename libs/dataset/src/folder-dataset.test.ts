import { execFileSync } from 'node:child_process';
import files, { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, FolderSurvey } from '@wentu/domain';
import { createDatasetOpener } from './open-dataset';
import { all, brief, good, TempFolder } from './testing/temp-folder';

const openDataset = createDatasetOpener({ maxImageBytes: 100 });
let folder: TempFolder;
beforeEach(async () => {
  folder = await TempFolder.make();
});
afterEach(() => folder.remove());

const open = (idFrom?: 'path' | 'stem'): Promise<Dataset> => openDataset(folder.path, idFrom ? { idFrom } : {});
const list = async (idFrom?: 'path' | 'stem'): Promise<string[]> => {
  const dataset = await open(idFrom);
  const entries = await all(dataset);
  expect(await dataset.count()).toBe(entries.length);
  return entries.map(brief);
};

test('finds image files by their extensions, at every depth, in the same order every time', async () => {
  const names = [
    'b.jpg',
    'a.JPEG',
    'c/d/e.webp',
    'c/a.png',
    '猫/黑猫.gif',
    'x.jpe',
    'x.jfif',
    'x.avif',
    'x.svg',
    'x.tif',
    // Formats that cannot be decoded are listed, so that the user gets an error for them.
    'x.heic',
    'x.BMP',
  ];
  for (const name of [...names, 'y.TIFF', 'readme.txt', 'x.mov', 'jpg', 'c/Thumbs.db']) await folder.write(name);
  const found = await list();
  expect(found.toSorted()).toEqual([...names, 'y.TIFF'].sort());
  expect(await list()).toEqual(found);
});

test('hidden files and folders and those of NAS devices are ignored', async () => {
  for (const name of ['a.jpg', '.b.jpg', '.cache/c.jpg', '@eaDir/a.jpg/SYNO.jpg', '__MACOSX/d.jpg'])
    await folder.write(name);
  expect(await list()).toEqual(['a.jpg']);
});

test('an item has its file and reads the bytes on demand', async () => {
  const path = await folder.write('sub/a.jpg', 'bytes');
  const item = good(await all(await open()), 'sub/a.jpg');
  expect(item).toMatchObject({ item: 'sub/a.jpg', file: { path } });
  expect(item.file!.modifiedAtMs).toBeGreaterThan(1e12);
  expect(Buffer.from(await item.read()).toString()).toBe('bytes');
});

test('an empty, too large or missing file is a failure of its own', async () => {
  await folder.write('empty.jpg', '');
  await folder.write('large.jpg', Buffer.alloc(101));
  await folder.write('largest.jpg', Buffer.alloc(100));
  await folder.write('gone.jpg');
  const entries = await all(await open());
  await rm(join(folder.path, 'gone.jpg'));
  await expect(good(entries, 'empty.jpg').read()).rejects.toMatchObject({ name: 'ItemError', code: 'EMPTY_FILE' });
  await expect(good(entries, 'gone.jpg').read()).rejects.toMatchObject({ code: 'READ_FAILED' });
  await expect(good(entries, 'large.jpg').read()).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/101 bytes.* 100 /) as unknown,
  });
  expect(await good(entries, 'largest.jpg').read()).toHaveLength(100);
});

test('a file that grew since it was found is measured again', async () => {
  const path = await folder.write('a.jpg');
  const entries = await all(await open());
  await writeFile(path, Buffer.alloc(1_000));
  await expect(good(entries, 'a.jpg').read()).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('links to files inside the folder are followed, links out of it and to folders are not', async () => {
  await folder.write('in/real/a.jpg', 'inside');
  await folder.write('secret.jpg', 'outside');
  const root = join(folder.path, 'in');
  await symlink('real/a.jpg', join(root, 'link.jpg'));
  await symlink('../secret.jpg', join(root, 'out.jpg'));
  await symlink('nowhere.jpg', join(root, 'dangling.jpg'));
  await symlink('.', join(root, 'loop'));
  await symlink('real', join(root, 'folder.jpg'));
  const entries = await all(await openDataset(root, {}));
  expect(entries.map(brief)).toEqual(['link.jpg', 'real/a.jpg']);
  expect(Buffer.from(await good(entries, 'link.jpg').read()).toString()).toBe('inside');
});

test('ids are NFC and at most 512 characters long', async () => {
  await folder.write('cafe\u0301.jpg');
  const deep = Array.from({ length: 4 }, () => '长'.repeat(80)).join('/');
  await folder.write(`${deep}/${'😀'.repeat(60)}.jpg`);
  await folder.write(`${deep}/${deep}/a.jpg`);
  const found = await list();
  expect(found).toContain('caf\u00e9.jpg');
  expect(found).toContain(`${deep}/${'😀'.repeat(60)}.jpg`);
  expect(found).toContain(`${deep}/${deep}/a.jpg BAD_ID`);
});

test('two Unicode forms of one name are two files with different locations', async () => {
  await folder.write('e\u0301.jpg');
  await folder.write('\u00e9.jpg');
  expect(await list()).toEqual(['\u00e9.jpg', '\u00e9.jpg']);
  const locations = (await all(await open())).map((entry) => 'location' in entry && entry.location);
  expect(new Set(locations).size).toBe(2);
});

test('ids can be file names without extension and folders', async () => {
  for (const name of ['1.jpg', 'a/1.png', 'a/2.tar.jpg']) await folder.write(name);
  expect(await list('stem')).toEqual(['1', '1', '2.tar']);
});

/** 中文照片 and 旅行 in GBK, as old Windows archives unpack them. */
const GBK_FILE = Buffer.from('gbk_\xd6\xd0\xce\xc4\xd5\xd5\xc6\xac.jpg', 'latin1');
const GBK_FOLDER = Buffer.from('gbkdir_\xc2\xc3\xd0\xd0', 'latin1');

test('names that are not UTF-8 can be loaded, are shown decoded, and are the same every time', async () => {
  const bytes = (...names: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from(folder.path), ...names.flatMap((name) => [Buffer.from('/'), name])]);
  await folder.write('good.jpg');
  await writeFile(bytes(GBK_FILE), 'photo');
  await mkdir(bytes(GBK_FOLDER));
  await writeFile(bytes(GBK_FOLDER, Buffer.from('a.jpg')), 'journey');
  await writeFile(bytes(Buffer.from('caf\xe9.jpg', 'latin1')), 'coffee');
  const entries = await all(await open());
  expect(entries.map(brief)).toEqual(['café.jpg', 'gbk_中文照片.jpg', 'good.jpg', 'gbkdir_旅行/a.jpg']);
  expect(Buffer.from(await good(entries, 'gbk_中文照片.jpg').read()).toString()).toBe('photo');
  expect(Buffer.from(await good(entries, 'gbkdir_旅行/a.jpg').read()).toString()).toBe('journey');
  expect(await all(await open())).toMatchObject(entries.map(({ item }) => ({ item })));
});

test('files are recognised by their bytes: without extension, with a wrong one, in upper case', async () => {
  const jpeg = Buffer.from('\xff\xd8\xff\xe0 picture', 'latin1');
  for (const name of ['sku-002', 'photo.txt', 'B.JPG', 'c.dat']) await folder.write(name, jpeg);
  for (const name of ['note.txt', 'film.mp4']) await folder.write(name);
  const dataset = await open();
  expect((await all(dataset)).map(brief)).toEqual(['B.JPG', 'c.dat', 'photo.txt', 'sku-002']);
  expect(dataset.survey!.ignored).toMatchObject({ notPicture: 2 });
});

test('ignored entries are counted by kind', async () => {
  for (const name of [
    'a.jpg',
    'readme.txt',
    '.hidden.jpg',
    '@Recycle/del.jpg',
    '#snapshot/GMT-1/b.jpg',
    'lost+found/c.jpg',
  ])
    await folder.write(name);
  for (const name of [
    'System Volume Information/d.jpg',
    'X.photoslibrary/resources/e.jpg',
    'X.photoslibrary/originals/1/f.jpg',
  ])
    await folder.write(name);
  for (const name of [
    'iPhoto Library/Thumbnails/g.jpg',
    'iPhoto Library/Masters/h.jpg',
    'Catalog Previews.lrdata/i.jpg',
  ])
    await folder.write(name);
  await symlink('/', join(folder.path, 'out'));
  const dataset = await open();
  expect((await all(dataset)).map(brief)).toEqual([
    'a.jpg',
    'X.photoslibrary/originals/1/f.jpg',
    'iPhoto Library/Masters/h.jpg',
  ]);
  const none = { excluded: 0, unreadable: 0, unsettled: 0 };
  expect(dataset.survey!.ignored).toEqual({ ...none, notPicture: 1, junk: 8, link: 1 });
});

test('patterns of .wentuignore files and of the setting exclude entries and include them again', async () => {
  for (const name of [
    'a.jpg',
    'drafts/b.jpg',
    'sub/c.jpg',
    'sub/private/d.jpg',
    'sub/e.jpg',
    'lost+found/f.jpg',
    'tmp/g.jpg',
  ])
    await folder.write(name);
  await folder.write('.wentuignore', 'drafts/\n!lost+found/\n');
  await folder.write('sub/.wentuignore', '# secret\nprivate/\n/e.*\n');
  const dataset = await createDatasetOpener({ maxImageBytes: 100, ignored: ['tmp/'] })(folder.path, {});
  expect((await all(dataset)).map(brief)).toEqual(['a.jpg', 'lost+found/f.jpg', 'sub/c.jpg']);
  expect(dataset.survey!.ignored).toMatchObject({ excluded: 4, junk: 0 });
  const excluded = [
    'drafts/b.jpg',
    'sub/private/d.jpg',
    'sub/private/x/y.jpg',
    'sub/e.jpg',
    'tmp/g.jpg',
    'sub/.git/h.jpg',
  ];
  for (const name of excluded)
    expect([name, dataset.survey!.isExcluded(join(folder.path, name), folder.path)]).toEqual([name, true]);
  for (const name of ['a.jpg', 'sub/c.jpg', 'e.jpg', 'lost+found/f.jpg'])
    expect([name, dataset.survey!.isExcluded(join(folder.path, name), folder.path)]).toEqual([name, false]);
});

test('a .wentuignore may have an old Chinese encoding; an invalid one makes its folder a failure with the reason', async () => {
  await folder.write('a.jpg');
  await folder.write('sub/b.jpg');
  const path = await folder.write('sub/.wentuignore', '');
  const gbk = Buffer.from('\xb2\xdd\xb8\xe5/', 'latin1');
  await folder.write('sub/草稿/c.jpg');
  await writeFile(path, gbk);
  expect((await all(await open())).map(brief)).toEqual(['a.jpg', 'sub/b.jpg']);

  const refused: [string | Buffer, string][] = [
    // Truncated at the limit, the file would end with the pattern `*` and exclude all files.
    ['#'.repeat(65_533) + '\n*.raw\n', 'more than 65536 bytes'],
    [Buffer.from('\ufeffb.jpg\n', 'utf16le'), 'not a text in UTF-8'],
    ['a'.repeat(60_000), 'longer than 1000 characters'],
    ['x\n'.repeat(1_001), 'more than 1000 patterns'],
    ['**/a/**/a/**/a/**/b', 'more than 2 of **/'],
  ];
  for (const [content, why] of refused) {
    await writeFile(path, content);
    const [taken, broken, ...others] = await all(await open());
    expect([brief(taken!), others]).toEqual(['a.jpg', []]);
    expect(broken).toMatchObject({ item: 'sub', error: { code: 'READ_FAILED' } });
    expect(String('error' in broken! && broken.error.message)).toContain(why);
  }
  await rm(path);
  for (const make of [() => mkdir(path), () => symlink('../a.jpg', path), () => execFileSync('mkfifo', [path])]) {
    await make();
    const [, broken] = await all(await open());
    expect(String('error' in broken! && broken.error.message)).toMatch(
      /its \.wentuignore cannot be used \(it is a link, or not a file\)/,
    );
    await rm(path, { recursive: true });
  }
});

test('a folder that was loaded by itself is not junk in a load of its parent; a pattern can exclude it', async () => {
  for (const name of ['a.jpg', '.b/c.jpg', '.b/@eaDir/d.jpg', 'x.photoslibrary/resources/e.jpg'])
    await folder.write(name);
  const own = join(folder.path, '.b');
  const dataset = await open();
  expect((await all(dataset)).map(brief)).toEqual(['a.jpg']);
  const isExcluded = (name: string, source: string): boolean =>
    dataset.survey!.isExcluded(join(folder.path, name), source);
  expect([isExcluded('.b/c.jpg', folder.path), isExcluded('.b/c.jpg', own)]).toEqual([true, false]);
  expect(isExcluded('.b/@eaDir/d.jpg', own)).toBe(true);
  expect(isExcluded('x.photoslibrary/resources/e.jpg', join(folder.path, 'x.photoslibrary'))).toBe(true);
  await folder.write('.wentuignore', '.b/\n');
  await all(dataset);
  expect(isExcluded('.b/c.jpg', own)).toBe(true);
});

test('an endless tree is read to a maximum depth and gives a failure', async () => {
  await folder.write('a.jpg');
  await mkdir(join(folder.path, 'd/'.repeat(300)), { recursive: true });
  const dataset = await open();
  const [taken, broken, ...others] = await all(dataset);
  expect([brief(taken!), others, dataset.survey!.unreadFolders]).toEqual(['a.jpg', [], 1]);
  expect(String('error' in broken! && broken.error.message)).toContain('more than 256 levels deep');
});

test('a FIFO, and a file that was replaced by one, are refused at once', async () => {
  await folder.write('a.jpg');
  execFileSync('mkfifo', [join(folder.path, 'b.jpg')]);
  const dataset = await open();
  const entries = await all(dataset);
  expect([entries.map(brief), dataset.survey!.ignored.notPicture]).toEqual([['a.jpg'], 1]);
  await rm(join(folder.path, 'a.jpg'));
  execFileSync('mkfifo', [join(folder.path, 'a.jpg')]);
  await expect(good(entries, 'a.jpg').read()).rejects.toMatchObject({ code: 'READ_FAILED' });
});

test('a file is not read when it or a parent folder was replaced by a link out of the folder', async () => {
  await folder.write('outside/a.jpg', 'secret');
  await folder.write('in/sub/a.jpg', 'inside');
  await folder.write('in/b.jpg', 'inside');
  const root = join(folder.path, 'in');
  const entries = await all(await openDataset(root, {}));
  await rename(join(root, 'sub'), join(root, 'aside'));
  await symlink('../outside', join(root, 'sub'));
  await rm(join(root, 'b.jpg'));
  await symlink('../outside/a.jpg', join(root, 'b.jpg'));
  for (const name of ['sub/a.jpg', 'b.jpg'])
    await expect(good(entries, name).read()).rejects.toMatchObject({ code: 'READ_FAILED' });
  await rm(join(root, 'b.jpg'));
  expect((await all(await openDataset(root, {}))).map(brief)).toEqual(['aside/a.jpg']);
});

test('the walk knows which folders it read completely and whether they still exist', async () => {
  await folder.write('a/b.jpg');
  await folder.write('c/d.jpg');
  const dataset = await open();
  const survey = (): FolderSurvey => dataset.survey!;
  expect(await survey().wasRead(folder.path)).toBe(false);
  const walk = dataset.entries()[Symbol.asyncIterator]();
  await walk.next();
  await rename(join(folder.path, 'c'), join(folder.path, '.c'));
  for (let next = await walk.next(); !next.done; next = await walk.next());
  expect(survey().unreadFolders).toBe(1);
  const read = (name: string): Promise<boolean> => survey().wasRead(join(folder.path, name));
  expect([await read(''), await read('a'), await read('c')]).toEqual([true, true, false]);
  const changed = (name: string): Promise<boolean> => survey().wasChanged(join(folder.path, name));
  expect([await changed(''), await changed('a')]).toEqual([true, false]);
  await rename(join(folder.path, 'a/b.jpg'), join(folder.path, 'a/c.jpg'));
  expect(await changed('a')).toBe(true);
  await rename(join(folder.path, 'a'), join(folder.path, 'x'));
  await mkdir(join(folder.path, 'a'));
  expect(await read('a')).toBe(false);
});

test('a folder without pictures is refused, unless it may be empty', async () => {
  await folder.write('readme.txt');
  await expect(openDataset(folder.path, {})).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const dataset = await openDataset(folder.path, { mayBeEmpty: async () => true });
  expect(await all(dataset)).toEqual([]);
});

test('10,000 files are found lazily', async () => {
  for (let i = 0; i < 100; i++) {
    const directory = `d${String(i).padStart(2, '0')}`;
    await mkdir(join(folder.path, directory));
    await Promise.all(Array.from({ length: 100 }, (_, j) => folder.write(`${directory}/${j}.jpg`)));
  }
  const dataset = await open();
  expect(await dataset.count()).toBe(10_000);
  const entries = dataset.entries()[Symbol.asyncIterator]();
  await entries.next();
  await rename(join(folder.path, 'd99'), join(folder.path, '.d99'));
  const rest: string[] = [];
  for (let next = await entries.next(); !next.done; next = await entries.next()) rest.push(brief(next.value));
  expect(rest).toHaveLength(9_900);
  // The folder that was removed is one failure.
  expect(rest.at(-1)).toBe('d99 READ_FAILED');
});

test('an abort ends the walk with its reason; a stopped walk leaves nothing open', async () => {
  for (const name of ['a.jpg', 'b/c.jpg', 'b/d.jpg']) await folder.write(name);
  const dataset = await open();
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const entries = dataset.entries(controller.signal)[Symbol.asyncIterator]();
  await entries.next();
  controller.abort(reason);
  await expect(entries.next()).rejects.toBe(reason);
  await expect(all(dataset, AbortSignal.abort(reason))).rejects.toBe(reason);
  await expect(dataset.count(AbortSignal.abort(reason))).rejects.toBe(reason);
  for await (const entry of dataset.entries()) if (brief(entry) === 'b/c.jpg') break;
  expect(await folder.openFiles()).toEqual([]);
});

test('a file that does not answer in time is one failure; after three in a row the folder counts as silent', async () => {
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await folder.write(name);
  const dataset = await createDatasetOpener({ maxImageBytes: 100, folderTimeoutMs: 2_000 })(folder.path, {});
  const entries = await all(dataset);
  const opening = jest.spyOn(files, 'open').mockReturnValue(new Promise(() => undefined));
  try {
    for (const name of ['a.jpg', 'b.jpg'])
      await expect(good(entries, name).read()).rejects.toMatchObject({ code: 'READ_FAILED' });
    const message = expect.stringContaining('WENTU_FOLDER_TIMEOUT_MS') as string;
    await expect(good(entries, 'c.jpg').read()).rejects.toMatchObject({ code: 'UNAVAILABLE', message });
  } finally {
    opening.mockRestore();
  }
});
