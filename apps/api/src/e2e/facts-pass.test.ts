import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import libsql from 'libsql';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

const FACTS = [
  'taken_at',
  'taken_at_offset',
  'taken_at_source',
  'camera',
  'lens',
  'latitude',
  'longitude',
  'orientation',
];

let gate: ReadGate;
let folder: string;
beforeAll(async () => {
  gate = await ReadGate.make();
  folder = await mkdtemp(join(tmpdir(), 'wentu-facts-'));
});
afterAll(async () => {
  await gate.remove();
  await rm(folder, { recursive: true, force: true });
});

/** On SQLite and the index in memory, whose files keep an earlier state after a crash. */
test('images of an earlier version get their facts after a start, while no load runs, and keep them after a kill', async () => {
  const server = await TestServer.prepare({ ...gate.env, DATABASE_URL: '', VECTOR_STORE: 'embedded' });
  try {
    await gate.open();
    await server.restart();
    const camera = async (n: number): Promise<Buffer> =>
      await sharp(await picture(n))
        .withExif({ IFD0: { Make: 'Canon', Model: 'Canon EOS R5' } })
        .jpeg()
        .toBuffer();
    const [photos, more] = [join(folder, 'photos'), join(folder, 'more')];
    await writeTree(photos, { 'a.jpg': await camera(1), 'gone.jpg': await camera(2), 'plain.png': await picture(3) });
    const time = new Date('2020-02-02T02:02:02.000Z');
    for (const name of ['gone.jpg', 'plain.png']) await utimes(join(photos, name), time, time);
    await writeTree(more, { [`${ReadGate.NAME}.png`]: await picture(4) });
    expect(await server.load(photos, { collection: '照片' })).toMatchObject({ loaded: 3 });
    const images = async (): Promise<Record<string, unknown>[]> =>
      (
        await server.data<{ collection: { images: Record<string, unknown>[] } }>(
          '{ collection(name: "照片") { images { id imageId camera takenAt takenAtSource } } }',
        )
      ).collection.images;
    const loaded = await images();
    const pending = async (): Promise<number> =>
      (
        await server.data<{ collection: { factsPendingCount: number } }>(
          '{ collection(name: "照片") { factsPendingCount } }',
        )
      ).collection.factsPendingCount;
    const found = async (): Promise<string[]> => {
      const { search } = await server.data<{ search: { edges: { node: { image: { imageId: string } } }[] } }>(
        '{ search(query: {text: "圆"}, collection: "照片", filter: {camera: ["Canon EOS R5"]}) { edges { node { image { imageId } } } } }',
      );
      return search.edges.map(({ node }) => node.image.imageId).sort();
    };
    expect([await pending(), await found()]).toEqual([0, ['a.jpg', 'gone.jpg']]);

    // A load that is held; then the rows and the index of an earlier version.
    await gate.shut();
    const { loadCollection } = await server.data<{ loadCollection: { id: string } }>(
      'mutation ($directory: String!) { loadCollection(collection: "更多", directory: $directory) { id } }',
      { directory: more },
    );
    await server.untilJob(loadCollection.id, ({ status }) => status === 'RUNNING');
    await server.kill('SIGKILL');
    const database = new libsql(join(server.dataDir, 'wentu.sqlite'));
    database.exec(`UPDATE image SET ${FACTS.map((column) => `${column} = NULL`).join(', ')}, facts_version = 0`);
    database.close();
    await rm(join(server.dataDir, 'index'), { recursive: true });
    await rm(join(photos, 'gone.jpg'));
    await server.restart();
    await server.untilJob(loadCollection.id, ({ status }) => status === 'RUNNING');
    await sleep(500);
    expect([await pending(), await found()]).toEqual([3, []]);
    const ending = server.kill('SIGTERM');
    await gate.open();
    expect(await ending).toBe(0);

    await server.restart();
    while ((await pending()) > 0) await sleep(50);
    await server.kill('SIGKILL');
    await server.restart();
    expect([await pending(), await found()]).toEqual([0, ['a.jpg']]);
    expect(await images()).toEqual(
      loaded.map((image) => (image['imageId'] === 'gone.jpg' ? { ...image, camera: null } : image)),
    );
  } finally {
    await server.close();
  }
});
