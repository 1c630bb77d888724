import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFolders } from './list-folders';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'wentu-folders-')));
  await mkdir(join(root, 'photos/2024'), { recursive: true });
  await mkdir(join(root, 'photos/.hidden'));
  await mkdir(join(root, 'other'));
  await writeFile(join(root, 'photos/a.JPG'), 'x');
  await writeFile(join(root, 'photos/notes.txt'), 'x');
  await symlink(join(root, 'other'), join(root, 'photos/out'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('with one root, the list starts there and has no parent', async () => {
  const photos = join(root, 'photos');
  expect(await listFolders(null, [photos])).toEqual({
    path: photos,
    parent: null,
    folders: [{ name: '2024', path: join(photos, '2024') }],
    pictureCount: 1,
    truncated: false,
  });
  expect(await listFolders(join(photos, '2024'), [photos])).toMatchObject({
    parent: photos,
    folders: [],
    pictureCount: 0,
  });
});

test('lists several roots, without those that do not exist', async () => {
  const [photos, other] = [join(root, 'photos'), join(root, 'other')];
  expect(await listFolders(null, [photos, other, join(root, 'gone')])).toMatchObject({
    path: null,
    folders: [{ path: photos }, { path: other }],
  });
});

test('gives the same error for existing and missing paths outside the roots, also through links or ..', async () => {
  const roots = [join(root, 'photos')];
  for (const path of [root, join(root, 'nothing'), join(root, 'photos/out'), join(root, 'photos/../other')])
    await expect(listFolders(path, roots)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(listFolders(null, [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(listFolders(join(root, 'photos/no'), roots)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(listFolders(join(root, 'photos/a.JPG'), roots)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
