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
  ['a way round by ..', 'in/../in'],
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
  ['above', '..'],
  ['beside, with the same beginning', '../root-too'],
  ['out by a link', 'link-out'],
  ['out by a link and in again elsewhere', 'link-out/root-too'],
  ['outside and not there', '../nothing'],
])('%s is FORBIDDEN', async (_name, path) => {
  await expect(resolveUnderRoots(`${root}/${path}`, [root])).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('without roots everything is FORBIDDEN, with the setting to mend it', async () => {
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

test('inside the root, a file is INVALID_INPUT and what is not there NOT_FOUND', async () => {
  await expect(resolveUnderRoots(join(root, 'file'), [root])).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect(resolveUnderRoots(join(root, 'nothing'), [root])).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
