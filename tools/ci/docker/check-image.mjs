// Starts the image by docker/compose.lite.yaml, uses it once, stops it, and starts it again.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.mjs';
import { superfluous } from './check-shipped.mjs';
import { Container } from './container.mjs';

/** `stop_grace_period` of the compose files. */
const GRACE_MS = 20_000;
/** What Wentu adds to the base image: 344 MB on 2026-11-29, with the models for pictures and for words. */
const MAX_ADDED_MB = 400;
const ADMIN_KEY = '0123456789abcdef'.repeat(2);
const headers = { authorization: `Bearer ${ADMIN_KEY}` };

/** @param names `{ image, base }` @param check called with a name and whether it holds */
export async function checkImage(engine, names, { program, work, context, check }) {
  const addedMb = (engine.sizeOf(names.image) - engine.sizeOf(names.base)) / 1e6;
  check(`the image has ${addedMb.toFixed(0)} MB on top of its base`, addedMb < MAX_ADDED_MB);

  const pictures = join(work, 'pictures');
  mkdirSync(pictures);
  copyFileSync(join(context, 'samples/animals/cat.png'), join(pictures, '猫.png'));
  const env = { WENTU_ADMIN_KEY: ADMIN_KEY, PICTURES_DIR: pictures, WENTU_PORT: String(await freePort()) };
  const container = new Container(engine, { program, file: join(context, 'docker/compose.lite.yaml') }, env);
  await container.up();
  check('ready on an empty volume', true);
  const shipped = join(work, 'shipped');
  mkdirSync(shipped);
  for (const part of ['apps', 'libs']) engine.podman('cp', `${container.name}:/wentu/${part}`, join(shipped, part));
  const extra = superfluous(shipped);
  check('holds what serves, and nothing of the tests', extra.length === 0, extra.join('\n'));
  check('runs as user 1000', container.exec('id', '-u').output.trim() === '1000');
  check('on a root that cannot be written', container.exec('touch', '/wentu/x').status !== 0);
  check('the health check of the image holds', container.health() === 0);
  await checkAnswers(container, check);
  checkCommandLine(container, check);
  const { code, ms } = container.stop();
  check(`a stop ends it in order: ${code} after ${ms} ms`, code === 0 && ms < GRACE_MS);
  check('the health check of a stopped server fails', container.health() !== 0);
  container.down();
  await container.up();
  const { collections, serverInfo } = await graphql(
    container.address,
    '{ collections { name } serverInfo { indexEngine } }',
  );
  check(`the index is searched by ${serverInfo.indexEngine}`, serverInfo.indexEngine === 'usearch');
  const found = collections.map(({ name }) => name);
  check('a new container finds the volume as it was', found.includes('猫') && found.includes('samples'));
  await checkRestore(engine, container, { image: names.image, backup: join(work, 'backup'), check });
  container.down();
}

/** The way back that docs/operations.md gives: a new volume, filled from the backup. */
async function checkRestore(engine, container, { image, backup, check }) {
  engine.podman('cp', `${container.name}:/data/backup`, backup);
  container.down();
  engine.podman('volume', 'rm', 'wentu_data');
  const mounts = ['--volume=wentu_data:/data', `--volume=${backup}:/backup:ro`];
  const command = 'cp -r /backup/. /data && chown -R 1000:1000 /data';
  engine.podman('run', '--rm', '--no-healthcheck', '--user=0', ...mounts, image, 'sh', '-c', command);
  await container.up();
  const hits = container.exec('wentu', 'search', '猫', '--collection', '猫', '--json');
  check('a volume that is filled from the backup has its pictures', hits.output.includes('猫.png'));
}

async function checkAnswers({ address }, check) {
  const { searchImages } = await graphql(
    address,
    '{ searchImages(text: "小狗", collection: "samples", topK: 5) { image { imageId url(width: 320) } } }',
  );
  const dog = searchImages.find(({ image }) => /dog|puppy|poodle/.test(image.imageId));
  check('小狗 finds a dog', dog !== undefined);
  const picture = await fetch(new URL(searchImages[0].image.url, address));
  check('its picture is served', picture.headers.get('content-type') === 'image/webp');
  const stranger = await fetch(`${address}/graphql?query={__typename}`);
  check('a client without a key is refused', stranger.status === 401);
  check('the page is served', (await (await fetch(address)).text()).includes('<div id="root"'));
}

function checkCommandLine(container, check) {
  const load = container.exec('wentu', 'load', '/pictures', '--collection', '猫');
  check('wentu load in the container reads /pictures', load.status === 0);
  const refused = container.exec('wentu', 'load', '/etc', '--collection', '猫');
  check('and no other folder', refused.status !== 0 && refused.output.includes('/etc'));
  const found = container.exec('wentu', 'search', '猫', '--collection', '猫', '--json');
  check('and its picture is found', found.status === 0 && found.output.includes('猫.png'));
  const backup = container.exec('wentu', 'backup', '/data/backup');
  check('wentu backup in the container writes beside the database', backup.status === 0);
  for (const { status, output } of [load, found, backup]) if (status !== 0) console.log(output);
}

async function graphql(address, query) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
