// `npm start` as a newcomer runs it: ready within three minutes on an empty data folder, and 小狗 finds dogs.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.mjs';

const READY_MS = 300_000;
const dataDir = mkdtempSync(join(tmpdir(), 'wentu-first-'));
const port = await freePort();
const startedAt = Date.now();
const server = spawn('npm', ['start'], {
  env: { ...process.env, PORT: String(port), WENTU_DATA_DIR: dataDir },
  stdio: 'inherit',
  detached: true,
});

let failed = 0;
const check = (name, holds) => {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${name}`);
  if (!holds) failed++;
};
const checks = 5;
const STOPPED_MS = 20_000;
const answers = (path) =>
  fetch(`http://127.0.0.1:${port}${path}`).then(
    (response) => response.ok,
    () => false,
  );
try {
  let ready = false;
  while (!ready && Date.now() - startedAt < READY_MS && server.exitCode === null) {
    await sleep(250);
    ready = await answers('/readyz');
  }
  check(`ready after ${Math.round((Date.now() - startedAt) / 1000)} s`, ready);
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: '{ searchImages(text: "小狗", collection: "samples", topK: 5) { image { imageId url } } }',
    }),
  });
  const hits = (await response.json()).data.searchImages;
  console.log(hits.map(({ image }) => image.imageId).join('\n'));
  check(
    '小狗 finds a dog among the first five',
    hits.some(({ image }) => /dog|puppy|poodle/.test(image.imageId)),
  );
  const picture = await fetch(`http://127.0.0.1:${port}${hits[0].image.url}?width=320`);
  check('its picture is served', picture.ok && picture.headers.get('content-type') === 'image/webp');
  const page = await fetch(`http://127.0.0.1:${port}/`);
  check('the page is served', page.ok && (await page.text()).includes('<div id="root"'));
  // To npm alone, as a service manager sends it; Ctrl-C reaches all processes of a terminal.
  server.kill('SIGTERM');
  const stoppedAt = Date.now();
  let runs = true;
  while (runs && Date.now() - stoppedAt < STOPPED_MS) {
    await sleep(250);
    runs = await answers('/healthz');
  }
  check('SIGTERM to npm ends the server', !runs);
} catch (error) {
  console.error(error);
  failed = Math.max(failed, 1);
} finally {
  try {
    process.kill(-server.pid, 'SIGTERM');
  } catch {
    // All of its processes have ended.
  }
  if (server.exitCode === null && server.signalCode === null) await new Promise((done) => server.once('exit', done));
  rmSync(dataDir, { recursive: true, force: true });
}
console.log(`${checks - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
