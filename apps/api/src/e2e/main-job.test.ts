import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { TestServer, type Job } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

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
  folder = await mkdtemp(join(tmpdir(), 'wentu-pictures-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writePictures(seeds: readonly number[], at = folder): Promise<void> {
  await writeTree(
    at,
    Object.fromEntries(await Promise.all(seeds.map(async (seed) => [`p${seed}.png`, await picture(seed)] as const))),
  );
}
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

test('loads and searches a folder: nearest first, distance 2 − 2·similarity, each image once', async () => {
  await writePictures(range(30));
  const job = await server.load(folder, { collection: 'first' });
  expect(job).toMatchObject({
    status: 'SUCCEEDED',
    total: 30,
    processed: 30,
    loaded: 30,
    skipped: 0,
    failed: 0,
    error: null,
  });
  const hits = await server.search('红色的圆', 'first', 100);
  expect(new Set(hits.map((hit) => hit.image.imageId)).size).toBe(30);
  expect(hits.map((hit) => hit.distance)).toEqual(hits.map((hit) => hit.distance).sort((a, b) => a - b));
  for (const { distance, similarity } of hits) expect(distance).toBeCloseTo(2 - 2 * similarity, 6);
  expect(hits[0]!.image).toMatchObject({
    mimeType: 'image/png',
    width: 96,
    height: 96,
    url: expect.stringMatching(/^\/images\/\d+$/) as string,
  });
});

test('a second load skips all images; later loads process only changed, removed and added files, also after a restart', async () => {
  await writePictures(range(20));
  await server.load(folder, { collection: 'again' });
  expect(await server.load(folder, { collection: 'again' })).toMatchObject({
    loaded: 0,
    skipped: 20,
    failed: 0,
    removed: 0,
  });

  await server.kill('SIGTERM');
  await server.restart();
  expect(await server.search('圆', 'again', 100)).toHaveLength(20);
  expect(await server.load(folder, { collection: 'again' })).toMatchObject({ loaded: 0, skipped: 20 });

  const before = (await server.search('圆', 'again', 100)).find((hit) => hit.image.imageId === 'p3.png')!;
  await writeFile(join(folder, 'p3.png'), await picture(1_003));
  await rm(join(folder, 'p4.png'));
  await writePictures([500]);
  await utimes(join(folder, 'p5.png'), new Date(), new Date());
  expect(await server.load(folder, { collection: 'again' })).toMatchObject({
    loaded: 2,
    skipped: 18,
    failed: 0,
    removed: 1,
  });
  const hits = await server.search('圆', 'again', 100);
  expect(hits.map((hit) => hit.image.imageId).sort()).toEqual(
    [...range(20).filter((i) => i !== 4), 500].map((i) => `p${i}.png`).sort(),
  );
  const after = hits.find((hit) => hit.image.imageId === 'p3.png')!;
  expect(after.image.id).not.toBe(before.image.id);
  // A file with only a new time is still the original of its image.
  const { image } = await server.data<{ image: { data: string } }>(
    '{ image(collection: "again", imageId: "p5.png") { data } }',
  );
  expect(Buffer.from(image.data, 'base64').equals(await readFile(join(folder, 'p5.png')))).toBe(true);
});

test('a moved folder counts as unchanged, and its originals are found at the new path', async () => {
  await writePictures(range(3), join(folder, 'old'));
  await server.load(join(folder, 'old'), { collection: 'moved' });
  await writePictures(range(3), join(folder, 'new'));
  await rm(join(folder, 'old'), { recursive: true });
  expect(await server.load(join(folder, 'new'), { collection: 'moved' })).toMatchObject({ loaded: 0, skipped: 3 });
  const { image } = await server.data<{ image: { data: string | null } }>(
    '{ image(collection: "moved", imageId: "p1.png") { data } }',
  );
  expect(image.data).not.toBeNull();
});

/** Makes a folder of 100 pictures; the load waits at one in the middle until the gate is open. */
async function writeGated(): Promise<void> {
  await writePictures(range(99));
  await writeFile(join(folder, `p50-${ReadGate.NAME}.png`), await picture(1_050));
}
/** Starts a load that loads some pictures and then waits for the gate. */
async function loadToGate(collection: string): Promise<Job> {
  await gate.shut();
  const { id } = await server.load(folder, { collection, wait: false });
  return await server.untilJob(id, ({ loaded }) => loaded > 0);
}

test('searches work during a load, and a WebSocket shows its progress until it ends', async () => {
  await writeGated();
  const { id, loaded } = await loadToGate('watched');
  const client = createClient({ url: server.address.replace('http', 'ws') + '/graphql', webSocketImpl: WebSocket });
  const query = `subscription { loadProgress(id: "${id}") { status processed loaded total } }`;
  const progress = client.iterate<{ loadProgress: Job }>({ query });
  const states: Job[] = [];
  const next = async (): Promise<boolean> => {
    const step = await progress.next();
    if (step.done !== true) states.push(step.value.data!.loadProgress);
    return step.done !== true;
  };
  await next();
  expect(states[0]).toMatchObject({ status: 'RUNNING' });
  const found = (await server.search('圆', 'watched', 1_000)).length;
  expect(found).toBeGreaterThanOrEqual(loaded);
  expect(found).toBeLessThan(100);
  await gate.open();
  while (await next());
  await client.dispose();
  expect(states.at(-1)).toMatchObject({ status: 'SUCCEEDED', processed: 100, loaded: 100, total: 100 });
  const processed = states.map((state) => state.processed);
  expect(processed).toEqual([...processed].sort((a, b) => a - b));
});

test('a cancelled load keeps its complete images, and a new load continues', async () => {
  await writeGated();
  const { id } = await loadToGate('cancelled');
  await server.data(`mutation { cancelLoad(id: "${id}") { id } }`);
  await gate.open();
  const { status, loaded } = await server.jobEnded(id);
  expect(status).toBe('CANCELLED');
  expect(loaded).toBeGreaterThan(0);
  expect(loaded).toBeLessThan(100);
  expect((await server.search('圆', 'cancelled', 1_000)).length).toBe(loaded);
  expect(await server.load(folder, { collection: 'cancelled' })).toMatchObject({
    loaded: 100 - loaded,
    skipped: loaded,
  });
});

test('loads of one collection run one after another', async () => {
  await writeGated();
  await writePictures(range(40, 100), join(folder, 'more'));
  const first = await loadToGate('queue');
  const [second, other] = await Promise.all(
    ['queue', 'beside'].map((collection) => server.load(join(folder, 'more'), { collection, wait: false })),
  );
  // A load of another collection runs at the same time, so only the collection delays the second load.
  expect(await server.jobEnded(other!.id)).toMatchObject({ status: 'SUCCEEDED', loaded: 40 });
  expect(await server.job(first.id)).toMatchObject({ status: 'RUNNING' });
  expect(await server.job(second!.id)).toMatchObject({ status: 'QUEUED', startedAt: null });
  await gate.open();
  const ended = [await server.jobEnded(first.id), await server.jobEnded(second!.id)] as const;
  expect(ended).toMatchObject([
    { status: 'SUCCEEDED', loaded: 140 },
    { status: 'SUCCEEDED', skipped: 40 },
  ]);
  expect(Date.parse(ended[1].startedAt!)).toBeGreaterThanOrEqual(Date.parse(ended[0].finishedAt!));
  expect(await server.search('圆', 'queue', 1_000)).toHaveLength(140);
});

test('images can be deleted, and collections dropped during their load', async () => {
  const drop = 'mutation { dropCollection(name: "gone") }';
  await writeGated();
  const { id } = await loadToGate('gone');
  const dropping = server.data(drop);
  await gate.open();
  expect(await dropping).toEqual({ dropCollection: true });
  expect(await server.job(id)).toMatchObject({ status: 'CANCELLED' });
  expect(await server.data(drop)).toEqual({ dropCollection: false });
  const { errors } = await server.graphql('{ searchImages(text: "圆", collection: "gone") { distance } }');
  expect(errors![0]!.extensions.code).toBe('NOT_FOUND');

  await server.load(folder, { collection: 'gone' });
  const { deleteImages } = await server.data<{ deleteImages: number }>(
    'mutation { deleteImages(collection: "gone", imageIds: ["p1.png", "p2.png", "nope"]) }',
  );
  expect(deleteImages).toBe(2);
  const left = (await server.search('圆', 'gone', 1_000)).map((hit) => hit.image.imageId);
  expect(left).toHaveLength(98);
  expect(left).not.toContain('p1.png');
});

test('a load that SIGTERM interrupts continues after the restart', async () => {
  await writeGated();
  const { id } = await loadToGate('resumed');
  const exited = server.kill('SIGTERM');
  // The picture that is being read is read to its end.
  await gate.open();
  expect(await exited).toBe(0);
  await server.restart();
  const ended = await server.jobEnded(id);
  expect(ended).toMatchObject({ status: 'SUCCEEDED', processed: 100, failed: 0 });
  expect(ended.loaded).toBeGreaterThan(0);
  // Pictures that were loaded before the restart are skipped; without an interruption there are none.
  expect(ended.skipped).toBeGreaterThan(0);
  expect(await server.search('圆', 'resumed', 1_000)).toHaveLength(100);
});

test('reads every documented format: first frame, upright, on white', async () => {
  const base = sharp(await picture(7, 80));
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="red"/></svg>';
  await writeTree(folder, {
    'a.jpg': await base.clone().jpeg().toBuffer(),
    'b.png': await base.clone().png().toBuffer(),
    'c.webp': await base.clone().webp().toBuffer(),
    'd.gif': await base.clone().gif().toBuffer(),
    'e.avif': await base.clone().avif().toBuffer(),
    'f.tiff': await base.clone().tiff().toBuffer(),
    'g.svg': svg,
    'turned.jpg': await base.clone().resize(80, 40, { fit: 'fill' }).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  });
  expect(await server.load(folder, { collection: 'kinds' })).toMatchObject({ loaded: 8, failed: 0 });
  const images = new Map((await server.search('圆', 'kinds', 20)).map(({ image }) => [image.imageId, image]));
  expect([...images].map(([id, image]) => `${id} ${image.mimeType}`).sort()).toEqual([
    'a.jpg image/jpeg',
    'b.png image/png',
    'c.webp image/webp',
    'd.gif image/gif',
    'e.avif image/avif',
    'f.tiff image/tiff',
    'g.svg image/svg+xml',
    'turned.jpg image/jpeg',
  ]);
  expect(images.get('turned.jpg')).toMatchObject({ width: 40, height: 80 });
  expect(images.get('g.svg')).toMatchObject({ width: 20, height: 10 });
});
