import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder';
import { announcedServer, runningServer } from './running-server';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'wentu-folder-')), 'data');
});
afterEach(() => rm(join(path, '..'), { recursive: true, force: true }));

/** Starts another process that opens the folder, prints "open" and keeps running. */
async function holder(): Promise<{ kill(): Promise<void> }> {
  const script = `require(${JSON.stringify(join(__dirname, 'data-folder'))}).DataFolder.open(${JSON.stringify(path)}).then(async (folder) => {
    await folder.announce('http://127.0.0.1:1');
    console.log('open');
    setInterval(() => folder, 1000);
  })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

test('a second process cannot open the folder, but can read the address of the server', async () => {
  const other = await holder();
  await expect(DataFolder.open(path)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await announcedServer(path)).toBe('http://127.0.0.1:1');
  expect(await runningServer(path)).toBe('http://127.0.0.1:1');
  await other.kill();
});

test('a folder can be opened although another process has its lock for a moment, to see who uses it', async () => {
  await (await DataFolder.open(path)).close();
  const script = `const unlock = require(${JSON.stringify(join(__dirname, 'process-lock'))}).takeLock(${JSON.stringify(join(path, 'lock'))});
  console.log('locked');
  setTimeout(unlock, 200);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  await (await DataFolder.open(path)).close();
  await ended;
});

test('the folder is free as soon as its process ends, even by SIGKILL', async () => {
  const other = await holder();
  await other.kill();
  // The killed server could not remove its address.
  expect(await announcedServer(path)).toBe('http://127.0.0.1:1');
  expect(await runningServer(path)).toBeNull();
  const folder = await DataFolder.open(path);
  await folder.close();
  expect(await announcedServer(path)).toBeNull();
});

test('a path that cannot be a folder is UNAVAILABLE, with the path in the message', async () => {
  const file = join(path, '..', 'file');
  await writeFile(file, '');
  await expect(DataFolder.open(join(file, 'data'))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(file) as string,
  });
});

test('only the user of the server can read a new folder', async () => {
  const folder = await DataFolder.open(path);
  // Windows has no such modes.
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o700);
  await folder.close();
});
