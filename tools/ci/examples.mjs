// examples/ as a stranger uses it, against `npm start`: every command of curl.md, then the React app, installed from a copy of
// its folder, built, and used in Chromium.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startChecks } from './checks.mjs';
import { App } from './examples/app.mjs';
import { useApp } from './examples/browser.mjs';
import { checkCurl } from './examples/curl.mjs';
import { Wentu } from './examples/wentu.mjs';
import { freePort } from './free-port.mjs';

const root = resolve(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'wentu-examples-'));
const pictures = join(work, '我的 pictures');
const { check, end } = startChecks();

mkdirSync(pictures);
for (const name of ['animals/cat.png', 'food/red-apple.png', 'weather/rainbow.png', 'photos/photo-cat.jpg'])
  cpSync(join(root, 'samples', name), join(pictures, name.replace('/', '-')));
writeFileSync(join(pictures, 'broken.jpg'), 'no picture');

const origin = `http://localhost:${await freePort()}`;
const wentu = new Wentu({ WENTU_DATA_DIR: join(work, 'data'), WENTU_LOAD_ROOTS: work, WENTU_ALLOWED_ORIGINS: origin });
const app = new App(join(root, 'examples/apollo-client'), join(work, 'apollo-client'));
try {
  await wentu.start();
  await checkCurl({ file: join(root, 'examples/curl.md'), server: wentu.address, pictures, work, check });
  await check('the lockfile names no registry', () => app.checkLockfile());
  await check('the app is installed, generated, type-checked and built', () => app.build(wentu.address));
  await app.serve(origin);
  await useApp({ origin, server: wentu.address, pictures, screenshot: process.env['EXAMPLES_SCREENSHOT'], check });
} catch (error) {
  await check('the examples were reached', () => Promise.reject(error));
} finally {
  await app.close();
  await wentu.close();
  rmSync(work, { recursive: true, force: true });
}
end();
