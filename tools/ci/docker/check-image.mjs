// Starts what docker/Dockerfile makes as its compose file would, uses it once, and stops it.
import { spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.mjs';
import { Container } from './container.mjs';
import { inside, sizeOf } from './image-builder.mjs';

/** `stop_grace_period` of the compose files. */
const GRACE_MS = 20_000;
/** What Wentu adds to the base image; 204 MiB when this was written. */
const MAX_ADDED_MIB = 300;

/** @param check called with a name and whether it holds */
export async function checkImage(image, { base, work, context, check }) {
  const addedMib = (sizeOf(image.root) - sizeOf(base)) / 1024 / 1024;
  const own = sizeOf(join(image.root, 'wentu')) / 1024 / 1024;
  check(`${addedMib.toFixed(0)} MiB on top of the base, ${own.toFixed(0)} of them Wentu`, addedMib < MAX_ADDED_MIB);

  const [data, pictures] = ['data', 'pictures'].map((name) => makeVolume(join(work, name)));
  copyFileSync(join(context, 'samples/animals/cat.png'), join(pictures, '猫.png'));
  const port = String(await freePort());
  const container = new Container(image, {
    mounts: [
      { from: data, to: '/data' },
      { from: pictures, to: '/pictures' },
    ],
    env: { PORT: port },
  });
  try {
    await container.start();
    check('ready on an empty volume, on a root that cannot be written', true);
    check(`runs as ${image.user}`, container.owner === image.user && container.owner !== '0:0');
    check('the health check holds', container.exec(...image.healthcheck).status === 0);
    await checkAnswers(container, check);
    checkCommandLine(container, check);
    const { code, ms } = await container.stop(GRACE_MS);
    check(`SIGTERM to process 1 ends it in order: ${code} after ${ms} ms`, code === 0 && ms < GRACE_MS);
    check('the health check of a stopped server fails', healthOf(image, port) !== 0);
    await container.start();
    const names = await collectionNames(container.address);
    check('a new container finds the volume as it was', names.includes('猫') && names.includes('samples'));
    await container.stop(GRACE_MS);
  } finally {
    container.kill();
  }
}

async function checkAnswers({ address }, check) {
  const { searchImages } = await graphql(
    address,
    '{ searchImages(text: "小狗", collection: "samples", topK: 5) { image { imageId url } } }',
  );
  const dog = searchImages.find(({ image }) => /dog|puppy|poodle/.test(image.imageId));
  check('小狗 finds a dog', dog !== undefined);
  const picture = await fetch(`${address}${searchImages[0].image.url}?width=320`);
  check('its picture is served', picture.headers.get('content-type') === 'image/webp');
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

async function collectionNames(address) {
  return (await graphql(address, '{ collections { name } }')).collections.map(({ name }) => name);
}

function healthOf(image, port) {
  const { file, args } = inside(image, image.healthcheck, { env: { PORT: port } });
  return spawnSync(file, args, { stdio: 'ignore', timeout: 30_000 }).status;
}

function makeVolume(folder) {
  mkdirSync(folder);
  chownSync(folder, 1000, 1000);
  return folder;
}

async function graphql(address, query) {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
