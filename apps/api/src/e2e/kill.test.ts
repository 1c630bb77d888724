import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer, type Hit } from './harness';
import { picture, seeded } from './pictures';

const ROUNDS = Number(process.env['WENTU_KILL_ROUNDS'] ?? 8);
const CONTENTS = 80;
const FILES = 60;
const QUERY = '红色的圆';
const seed = Number(process.env['KILL_TEST_SEED'] ?? Date.now() % 2 ** 31);

let server: TestServer;
let folder: string;
let reference: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-killed-'));
  reference = await mkdtemp(join(tmpdir(), 'wentu-reference-'));
});
afterAll(async () => {
  await server.close();
  for (const path of [folder, reference]) await rm(path, { recursive: true, force: true });
});

test(`kill -9 at ${ROUNDS} random moments of loads, replacements and deletes loses and duplicates no image (seed ${seed})`, async () => {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  // The distance of each content, measured by an undisturbed load.
  const contents = await Promise.all(Array.from({ length: CONTENTS }, (_, i) => picture(i)));
  await Promise.all(contents.map((content, i) => writeFile(join(reference, `c${i}.png`), content)));
  await server.load(reference, { collection: 'reference' });
  const distances = new Map(
    (await server.search(QUERY, 'reference', 1_000)).map(({ image, distance }) => [image.imageId, distance]),
  );
  const distanceOf = (content: number): number => distances.get(`c${content}.png`)!;

  const files = new Map<string, number>();
  const everHad = new Map<string, Set<number>>();
  const put = async (name: string, content: number): Promise<void> => {
    files.set(name, content);
    everHad.set(name, (everHad.get(name) ?? new Set()).add(content));
    await writeFile(join(folder, name), contents[content]!);
  };
  for (let i = 0; i < FILES; i++) await put(`f${i}.png`, below(CONTENTS));

  /** Checks that no image is repeated, and that each has the distance of a content that its file has had. */
  const checkPlausible = (hits: readonly Hit[]): void => {
    expect(new Set(hits.map(({ image }) => image.imageId)).size).toBe(hits.length);
    for (const { image, distance } of hits) {
      const nearest = Math.min(
        ...[...everHad.get(image.imageId)!].map((content) => Math.abs(distanceOf(content) - distance)),
      );
      expect(nearest).toBeLessThan(1e-4);
    }
  };

  let interrupted = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let change = 30 + below(40); change > 0; change--) await put(`f${below(FILES)}.png`, below(CONTENTS));
    for (let removal = below(4); removal > 0; removal--) {
      const name = [...files.keys()][below(files.size)]!;
      files.delete(name);
      await rm(join(folder, name));
    }
    const job = await server.load(folder, { wait: false });
    const doomed = Array.from({ length: below(6) }, () => `f${below(FILES)}.png`);
    const deleting = server
      .data('mutation ($imageIds: [ID!]!) { deleteImages(imageIds: $imageIds) }', { imageIds: doomed })
      .catch(() => undefined);
    await sleep(below(300));
    const state = await server.data<{ loadJob: { status: string } }>(`{ loadJob(id: "${job.id}") { status } }`);
    if (state.loadJob.status !== 'SUCCEEDED') interrupted++;
    await server.kill('SIGKILL');
    await deleting;
    await server.restart();
    checkPlausible(await server.search(QUERY, 'default', 1_000));

    expect(await server.load(folder)).toMatchObject({ status: 'SUCCEEDED', failed: 0, processed: files.size });
    const hits = await server.search(QUERY, 'default', 1_000);
    checkPlausible(hits);
    const expected = [...files].map(([name, content]) => ({ name, distance: distanceOf(content) }));
    expect(hits.map(({ image }) => image.imageId).sort()).toEqual(expected.map(({ name }) => name).sort());
    const exact = expected.map(({ distance }) => distance).sort((a, b) => a - b);
    hits.forEach(({ distance }, i) => expect(distance).toBeCloseTo(exact[i]!, 4));
    const { collection } = await server.data<{ collection: { imageCount: number } }>(
      '{ collection(name: "default") { imageCount } }',
    );
    expect(collection.imageCount).toBe(files.size);
    expect(await server.load(folder)).toMatchObject({ loaded: 0, skipped: files.size, removed: 0 });
  }
  // If no load was interrupted, the test has proved nothing.
  expect(interrupted).toBeGreaterThan(ROUNDS / 4);
});

test('after kill -9 during a drop the collection is either removed or complete', async () => {
  await server.load(reference, { collection: 'dropped' });
  const dropping = server.data('mutation { dropCollection(name: "dropped") }').catch(() => undefined);
  await sleep(5);
  await server.kill('SIGKILL');
  await dropping;
  await server.restart();
  const { collection } = await server.data<{ collection: { imageCount: number } | null }>(
    '{ collection(name: "dropped") { imageCount } }',
  );
  if (collection) expect(collection.imageCount).toBe(CONTENTS);
  expect(await server.load(reference, { collection: 'dropped' })).toMatchObject({
    status: 'SUCCEEDED',
    processed: CONTENTS,
  });
  expect(await server.search(QUERY, 'dropped', 1_000)).toHaveLength(CONTENTS);
});
