import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { announceServers, HAS_SERVERS, isActive, type TestServer } from './harness';
import { EngineLines } from './engine-lines';
import { ReadGate } from './read-gate';
import { dropSpace, installTiny, reencode, spacesOf, startWithBoth, writeContents, WORD } from './reencode-harness';
import type { Answers, Model } from './reencode-harness';

announceServers('changes of the model on MySQL and Milvus');

const COUNT = 60;
/** Longer than the time after which a search on Milvus treats a collection as unchanged. */
const QUIET_MS = 10_500;

(HAS_SERVERS ? describe : describe.skip)('on MySQL and Milvus, in two processes', () => {
  let base: string;
  let lines: EngineLines;
  let gate: ReadGate;
  let server: TestServer;
  let other: TestServer;
  let answers: Answers;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'wentu-reencode-stores-'));
    await writeContents(join(base, 'files'), 0, COUNT);
    await writeContents(join(base, 'more'), COUNT, COUNT + 5);
    await writeContents(join(base, 'all'), 0, COUNT + 5);
    await writeContents(join(base, 'held'), 1, 2, ReadGate.NAME);
    await writeContents(join(base, 'all'), 1, 2, ReadGate.NAME);
    lines = await EngineLines.start();
    gate = await ReadGate.make();
    await gate.open();
    ({ server, answers } = await startWithBoth(join(base, 'all'), gate.env, lines.through));
    await server.load(join(base, 'files'), { collection: 'c' });
    other = await server.another();
    await installTiny(other);
  });
  afterEach(async () => {
    lines.mysql.set('open');
    lines.milvus.set('open');
    await gate.open();
  });
  afterAll(async () => {
    await other?.close();
    await server?.close();
    await lines.close();
    await gate.remove();
    await rm(base, { recursive: true, force: true });
  });

  /** Both processes must find all images with this model. */
  const expectBoth = async (model: Model, count: number): Promise<void> => {
    for (const each of [server, other]) {
      const hits = await each.search(WORD, 'c', 1_000);
      expect(hits).toHaveLength(count);
      expect(answers.modelOf(hits)).toBe(model);
    }
  };
  /** Searches in both processes until the job has ended: each answer is complete, and that of one model. */
  const searchUntilEnded = async (id: string, count: number): Promise<void> => {
    for (let ended = false; !ended;) {
      ended = !isActive(await server.job(id));
      for (const each of [server, other]) {
        const hits = await each.search(WORD, 'c', 1_000);
        expect(hits).toHaveLength(count);
        answers.modelOf(hits);
      }
    }
  };

  test('both processes change at once, and find every image with the new model, also in an index that was quiet', async () => {
    await expectBoth('wentu-mini', COUNT);
    const job = await reencode(server, 'tiny', { wait: false });
    await searchUntilEnded(job.id, COUNT);
    expect(await server.job(job.id)).toMatchObject({ status: 'SUCCEEDED', loaded: COUNT });
    await expectBoth('tiny', COUNT);
    // Only time makes an index quiet. The index that is made again has the same name.
    await sleep(QUIET_MS);
    await expectBoth('tiny', COUNT);
    expect(await reencode(other, 'wentu-mini')).toMatchObject({ status: 'SUCCEEDED', loaded: 0 });
    await expectBoth('wentu-mini', COUNT);
    expect(await dropSpace(other, 'tiny')).toBeNull();
    const again = await reencode(server, 'tiny', { wait: false });
    await searchUntilEnded(again.id, COUNT);
    expect(await other.job(again.id)).toMatchObject({ status: 'SUCCEEDED', loaded: COUNT });
    await expectBoth('tiny', COUNT);
    expect(await other.load(join(base, 'more'), { collection: 'c' })).toMatchObject({ loaded: 5 });
    await expectBoth('tiny', COUNT + 5);
  });

  test.each([
    ['MySQL', 'refused'],
    ['MySQL', 'silent'],
    ['Milvus', 'refused'],
    ['Milvus', 'torn'],
  ] as const)('the job waits while %s is %s, and goes on', async (name, state) => {
    const line = name === 'MySQL' ? lines.mysql : lines.milvus;
    await prepare();
    const id = await reencodeToGate(server);
    line.set(state);
    await gate.open();
    if (state === 'torn') while (!line.isOpen) await sleep(20);
    else await sleep(3_000);
    line.set('open');
    await server.untilReady();
    expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
    await expectBoth('tiny', COUNT + 6);
  });

  test('another process goes on with the job of a process that was killed', async () => {
    await prepare();
    const id = await reencodeToGate(other);
    await other.kill('SIGKILL');
    await gate.open();
    // The lease of the dead process has to run out.
    expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
    await other.restart();
    await expectBoth('tiny', COUNT + 6);
    expect(await spacesOf(other)).toMatchObject([
      { model: 'tiny', imageCount: COUNT + 6, missingCount: 0, isActive: true },
      { model: 'wentu-mini', imageCount: COUNT + 6, missingCount: 0, isActive: false },
    ]);
    const repair = 'mutation { repairCollections(collection: "c") { upserted removedFromIndex } }';
    expect(await server.data(repair)).toEqual({ repairCollections: [{ upserted: 0, removedFromIndex: 0 }] });
  });

  /** The collection has the model wentu-mini, no other space, and an image whose file is behind the gate. */
  async function prepare(): Promise<void> {
    await server.load(join(base, 'held'), { collection: 'c' });
    expect(await reencode(server, 'wentu-mini')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await dropSpace(server, 'tiny')).toBeNull();
    await expectBoth('wentu-mini', COUNT + 6);
  }

  /** Starts a job that one process runs, and that waits for the gate. */
  async function reencodeToGate(by: TestServer): Promise<string> {
    await gate.shut();
    const { id } = await reencode(by, 'tiny', { wait: false });
    await by.untilJob(id, ({ status, total }) => status === 'RUNNING' && total !== null);
    return id;
  }
});
