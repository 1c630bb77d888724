import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveUnderRoots } from './load-roots';

let base: string;
let root: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'wentu-roots-')));
  root = join(base, 'root');
  await mkdir(join(root, 'in/ner'), { recursive: true });
  await mkdir(join(base, 'root-too'));
  await writeFile(join(root, 'file'), '');
  await symlink(join(root, 'in'), join(root, 'link-in'));
  await symlink(base, join(root, 'link-out'));
  await symlink(root, join(base, 'link-to-root'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

test.each([
  ['the root', ''],
  ['a folder below', 'in/ner'],
  ['a path with ..', 'in/../in'],
  ['a link that stays inside', 'link-in'],
])('%s may be read', async (_name, path) => {
  await expect(resolveUnderRoots(join(root, path), [root])).resolves.toMatch(root);
});

test('a root may itself be a link', async () => {
  await expect(resolveUnderRoots(join(base, 'link-to-root', 'in'), [join(base, 'link-to-root')])).resolves.toBe(
    join(root, 'in'),
  );
});

test.each([
  ['a parent', '..'],
  ['a sibling whose name starts the same', '../root-too'],
  ['a link to the outside', 'link-out'],
  ['a sibling through a link', 'link-out/root-too'],
  ['a missing path outside', '../nothing'],
])('%s is FORBIDDEN', async (_name, path) => {
  await expect(resolveUnderRoots(`${root}/${path}`, [root])).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('without roots every folder is FORBIDDEN, and the error names the setting', async () => {
  await expect(resolveUnderRoots(root, [])).rejects.toThrow(/WENTU_LOAD_ROOTS/);
  await expect(resolveUnderRoots(root, [join(base, 'not mounted')])).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test.each([
  ['a relative path', 'pictures', 'INVALID_INPUT'],
  ['a NUL', '/a\0b', 'INVALID_INPUT'],
  ['nothing', '', 'INVALID_INPUT'],
  ['a path of 5,000 characters', `/${'x'.repeat(5_000)}`, 'INVALID_INPUT'],
])('%s is refused', async (_name, path, code) => {
  await expect(resolveUnderRoots(path, ['/'])).rejects.toMatchObject({ code });
});

test('inside the root, a file is INVALID_INPUT and a missing path is NOT_FOUND', async () => {
  await expect(resolveUnderRoots(join(root, 'file'), [root])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(resolveUnderRoots(join(root, 'nothing'), [root])).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
