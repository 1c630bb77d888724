import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer, type Job } from './harness';
import { picture, seeded, writeTree } from './pictures';
import { ReadGate } from './read-gate';

const ROUNDS = Number(process.env['WENTU_KEPT_OUT_ROUNDS'] ?? 5);

let gate: ReadGate;
let server: TestServer;
let folder: string;
beforeAll(async () => {
  gate = await ReadGate.make();
  server = await TestServer.start(gate.env);
});
afterAll(async () => {
  await server.close();
  await gate.remove();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-kept-out-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (...seeds: number[]): Promise<void> => {
  for (const seed of seeds) await writeFile(join(folder, `p${seed}.png`), await picture(seed));
};
const deleteForGood = async (collection: string, ...imageIds: string[]): Promise<number> => {
  const mutation =
    'mutation ($c: String!, $ids: [ID!]!) { deleteImages(collection: $c, imageIds: $ids, keepOut: true) }';
  return (await server.data<{ deleteImages: number }>(mutation, { c: collection, ids: imageIds })).deleteImages;
};
const allow = async (collection: string, ...imageIds: string[]): Promise<number> => {
  const mutation = 'mutation ($c: String!, $ids: [ID!]!) { allowImages(collection: $c, imageIds: $ids) }';
  return (await server.data<{ allowImages: number }>(mutation, { c: collection, ids: imageIds })).allowImages;
};
const keptOut = async (collection: string): Promise<string[]> => {
  interface Answer {
    collection: { keptOutCount: number; keptOutImages: { edges: { node: { imageId: string; keptOutAt: string } }[] } };
  }
  const { collection: found } = await server.data<Answer>(
    'query ($name: String!) { collection(name: $name) { keptOutCount keptOutImages { edges { node { imageId keptOutAt } } } } }',
    { name: collection },
  );
  const nodes = found.keptOutImages.edges.map(({ node }) => node);
  expect(found.keptOutCount).toBe(nodes.length);
  for (const { keptOutAt } of nodes) expect(Math.abs(Date.now() - Date.parse(keptOutAt))).toBeLessThan(600_000);
  return nodes.map(({ imageId }) => imageId);
};
const found = async (collection: string): Promise<string[]> =>
  (await server.search('圆', collection, 1_000)).map(({ image }) => image.imageId).sort();

test('a picture that was deleted for good does not come back, also when its file changes or moves, until it is allowed', async () => {
  await write(0, 1, 2, 3);
  await server.load(folder, { collection: 'gone' });
  expect(await deleteForGood('gone', 'p0.png', 'p1.png', 'nope.png')).toBe(2);
  expect(await found('gone')).toEqual(['p2.png', 'p3.png']);
  expect(await server.load(folder, { collection: 'gone' })).toMatchObject({
    ...{ status: 'SUCCEEDED', total: 4, processed: 4, loaded: 0, skipped: 2, keptOut: 2, removed: 0, missing: 0 },
  });

  // The place decides, whatever its file holds now.
  await writeFile(join(folder, 'p0.png'), await picture(100));
  // The bytes decide for a file that was moved.
  await mkdir(join(folder, 'sorted'));
  await rename(join(folder, 'p1.png'), join(folder, 'sorted', 'other.png'));
  for (let i = 0; i < 2; i++)
    expect(await server.load(folder, { collection: 'gone' })).toMatchObject({ loaded: 0, skipped: 2, keptOut: 2 });
  // The moved file was followed: its new place decides now.
  await writeFile(join(folder, 'sorted', 'other.png'), await picture(101));
  expect(await server.load(folder, { collection: 'gone' })).toMatchObject({ loaded: 0, keptOut: 2 });
  expect(await keptOut('gone')).toEqual(['p1.png', 'p0.png']);

  await server.kill('SIGTERM');
  await server.restart();
  expect(await server.load(folder, { collection: 'gone' })).toMatchObject({ loaded: 0, skipped: 2, keptOut: 2 });
  expect(await allow('gone', 'p0.png', 'p1.png', 'p2.png')).toBe(2);
  expect(await keptOut('gone')).toEqual([]);
  expect(await server.load(folder, { collection: 'gone' })).toMatchObject({ loaded: 2, skipped: 2, keptOut: 0 });
  expect(await found('gone')).toEqual(['p0.png', 'p2.png', 'p3.png', 'sorted/other.png']);
});

test('of two equal pictures one can be deleted for good; the other stays, also when its file moves', async () => {
  await writeTree(folder, { 'a.png': await picture(1), 'b.png': await picture(1), 'c.png': await picture(2) });
  await server.load(folder, { collection: 'twins' });
  expect(await deleteForGood('twins', 'b.png')).toBe(1);
  await rm(join(folder, 'b.png'));
  await rename(join(folder, 'a.png'), join(folder, 'z.png'));
  expect(await server.load(folder, { collection: 'twins' })).toMatchObject({
    loaded: 0,
    skipped: 2,
    removed: 0,
    keptOut: 0,
  });
  expect(await found('twins')).toEqual(['c.png', 'z.png']);
});

test('without keepOut the next load of the folder brings the picture back', async () => {
  await write(0, 1);
  await server.load(folder, { collection: 'back' });
  const mutation = 'mutation { deleteImages(collection: "back", imageIds: ["p0.png"]) }';
  expect(await server.data(mutation)).toEqual({ deleteImages: 1 });
  expect(await keptOut('back')).toEqual([]);
  expect(await server.load(folder, { collection: 'back' })).toMatchObject({ loaded: 1, skipped: 1, keptOut: 0 });
});

test('a picture that a running load has already read is left out when it is deleted for good meanwhile', async () => {
  await write(0, 1);
  await server.load(folder, { collection: 'meanwhile' });
  await writeFile(join(folder, 'p0.png'), await picture(10));
  await writeFile(join(folder, `${ReadGate.NAME}.png`), await picture(11));
  await gate.shut();
  const { id } = await server.load(folder, { collection: 'meanwhile', wait: false });
  await server.untilJob(id, ({ status, total }) => status === 'RUNNING' && total !== null);
  expect(await deleteForGood('meanwhile', 'p0.png')).toBe(1);
  await gate.open();
  expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', loaded: 1, skipped: 1, keptOut: 1 });
  expect(await found('meanwhile')).toEqual([`${ReadGate.NAME}.png`, 'p1.png']);
  const repair = 'mutation { repairCollections(collection: "meanwhile") { upserted removedFromIndex removedRows } }';
  expect(await server.data(repair)).toEqual({
    repairCollections: [{ upserted: 0, removedFromIndex: 0, removedRows: 0 }],
  });
});

test('a sent picture that was deleted for good is left out when the same file is sent again', async () => {
  const send = async (name: string, seed: number): Promise<Job> => {
    const { createUpload } = await server.data<{ createUpload: { id: string; url: string } }>(
      'mutation { createUpload { id url } }',
    );
    const body = new Uint8Array(await picture(seed));
    await fetch(`${server.address}${createUpload.url}/${name}`, { method: 'PUT', body });
    const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(
      'mutation ($id: ID!) { loadUpload(id: $id, collection: "sent") { id } }',
      { id: createUpload.id },
    );
    return await server.jobEnded(loadUpload.id);
  };
  expect(await send('a.png', 1)).toMatchObject({ loaded: 1 });
  expect(await deleteForGood('sent', 'a.png')).toBe(1);
  expect(await send('a.png', 1)).toMatchObject({ status: 'SUCCEEDED', loaded: 0, keptOut: 1 });
  expect(await send('a.png', 2)).toMatchObject({ loaded: 1, keptOut: 0 });
  expect(await send('b.png', 1)).toMatchObject({ loaded: 1, keptOut: 0 });
  expect(await found('sent')).toEqual(['a.png', 'b.png']);
});

test('dropping a collection drops its list', async () => {
  await write(0, 1);
  await server.load(folder, { collection: 'dropped' });
  await deleteForGood('dropped', 'p0.png');
  await server.data('mutation { dropCollection(name: "dropped") }');
  expect(await server.load(folder, { collection: 'dropped' })).toMatchObject({ loaded: 2, keptOut: 0 });
});

test(`kill -9 at ${ROUNDS} moments of a deletion for good: each image is either there or on the list`, async () => {
  const random = seeded(7);
  const names = Array.from({ length: 40 }, (_, i) => `p${i}.png`);
  await write(...names.keys());
  await server.load(folder, { collection: 'killed' });
  let left = names;
  for (let round = 0; round < ROUNDS; round++) {
    const doomed = left.slice(0, 5);
    const deleting = deleteForGood('killed', ...doomed).catch(() => undefined);
    await sleep(Math.floor(random() * 30));
    await server.kill('SIGKILL');
    await deleting;
    await server.restart();
    const listed = await keptOut('killed');
    left = await found('killed');
    expect([...listed, ...left].sort()).toEqual([...names].sort());
    expect(await server.load(folder, { collection: 'killed' })).toMatchObject({
      ...{ status: 'SUCCEEDED', loaded: 0, skipped: left.length, keptOut: listed.length },
    });
    expect(await found('killed')).toEqual(left);
  }
});
