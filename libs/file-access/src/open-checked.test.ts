import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinPath } from './file-path';
import { openDirectory, openRegularFile } from './open-checked';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'wentu-open-')));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'in'));
mkdirSync(join(root, 'out'));
writeFileSync(join(root, 'in/a'), 'inside');
writeFileSync(join(root, 'out/a'), 'secret');

test('a regular file is read', async () => {
  const handle = await openRegularFile(join(root, 'in/a'));
  expect(await handle.readFile('utf8')).toBe('inside');
  await handle.close();
});

test('a link in place of the file or of a parent folder is not followed', async () => {
  symlinkSync('../out/a', join(root, 'in/link'));
  symlinkSync('out', join(root, 'way'));
  await expect(openRegularFile(join(root, 'in/link'))).rejects.toMatchObject({ code: 'ELOOP' });
  await expect(openRegularFile(join(root, 'way/a'))).rejects.toMatchObject({ code: 'EREPLACED' });
  await expect(openDirectory(join(root, 'way'))).rejects.toThrow();
  mkdirSync(join(root, 'deep/er'), { recursive: true });
  renameSync(join(root, 'deep'), join(root, 'aside'));
  symlinkSync('aside', join(root, 'deep'));
  await expect(openDirectory(join(root, 'deep/er'))).rejects.toMatchObject({ code: 'EREPLACED' });
});

test('a FIFO is refused at once', async () => {
  execFileSync('mkfifo', [join(root, 'fifo')]);
  await expect(openRegularFile(join(root, 'fifo'))).rejects.toMatchObject({ code: 'EREPLACED' });
});

test('a directory lists names as bytes and has the same identity when opened again', async () => {
  const odd = Buffer.from('d6d0', 'hex');
  mkdirSync(join(root, 'list/sub'), { recursive: true });
  writeFileSync(Buffer.concat([Buffer.from(join(root, 'list/')), odd]), '');
  symlinkSync('sub', join(root, 'list/link'));
  execFileSync('mkfifo', [join(root, 'list/fifo')]);
  const { entries, identity } = await openDirectory(join(root, 'list'));
  const found = new Map<string, string>();
  for await (const { name, kind } of entries) found.set(Buffer.from(name).toString('latin1'), kind);
  expect(found).toEqual(
    new Map([
      ['sub', 'directory'],
      ['\xd6\xd0', 'file'],
      ['link', 'link'],
      ['fifo', 'other'],
    ]),
  );
  const again = await openDirectory(join(root, 'list'));
  expect(again.identity).toBe(identity);
  await again.close();
  const file = await openRegularFile(joinPath(join(root, 'list'), odd));
  await file.close();
});
