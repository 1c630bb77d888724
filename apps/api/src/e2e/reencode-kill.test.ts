import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestServer } from './harness';
import { picture, seeded } from './pictures';
import {
  Contents,
  dropSpace,
  MODELS,
  reencode,
  spacesOf,
  startWithBoth,
  writeContents,
  WORD,
} from './reencode-harness';
import type { Answers, Model } from './reencode-harness';

jest.setTimeout(3_600_000);

const ROUNDS = Number(process.env['WENTU_REENCODE_KILL_ROUNDS'] ?? 6);
const CONTENTS = 80;
const FILES = 120;
const seed = Number(process.env['KILL_TEST_SEED'] ?? Date.now() % 2 ** 31);

let base: string;
let server: TestServer;
let answers: Answers;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'wentu-reencode-kill-'));
  await writeContents(join(base, 'contents'), 0, CONTENTS);
  ({ server, answers } = await startWithBoth(join(base, 'contents')));
});
afterAll(async () => {
  await server?.close();
  await rm(base, { recursive: true, force: true });
});

/** Searches until the server is gone. Each answer must be that of one model. */
async function searchUntilGone(contents: (imageId: string) => Iterable<number>): Promise<number> {
  for (let count = 0; ; count++) {
    const hits = await server.search(WORD, 'c', 1_000).catch((error: unknown) => {
      // An error of fetch: the process has been killed. An error that the server answers is a failure.
      if (['fetch failed', 'terminated'].includes((error as Error).message)) return null;
      throw error;
    });
    if (hits === null) return count;
    answers.modelOf(hits, contents);
  }
}

test(`kill -9 at ${ROUNDS} random moments of a change of the model: old or new, never a mixture, and it goes on (seed ${seed})`, async () => {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const folder = join(base, 'files');
  await mkdir(folder);
  const files = new Map<string, number>();
  const everHad = new Map<string, Set<number>>();
  const put = async (): Promise<void> => {
    const [name, content] = [`f${below(FILES)}.png`, below(CONTENTS)];
    files.set(name, content);
    everHad.set(name, (everHad.get(name) ?? new Set()).add(content));
    await writeFile(join(folder, name), await picture(content));
  };
  const hadOf = (imageId: string): Set<number> => everHad.get(imageId)!;
  for (let i = 0; i < FILES; i++) await put();
  await server.load(folder, { collection: 'c' });
  const contents = new Contents(server, answers);

  let active: Model = 'wentu-mini';
  let [interrupted, searches] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const other: Model = MODELS[active === MODELS[0] ? 1 : 0];
    // The kept space is complete, empty, or dropped in part by the kill of this round.
    const drops = below(3);
    if (drops === 0) await dropSpace(server, other, 'c');
    const target: Model = below(8) === 0 ? active : other;
    const isBusy = below(2) === 0;
    if (isBusy) for (let change = below(30); change >= 0; change--) await put();
    const searching = searchUntilGone(hadOf);
    const dropping = drops === 1 ? dropSpace(server, other, 'c').catch(() => null) : null;
    if (dropping && below(2) === 0) await dropping;
    // A drop that has not ended may refuse the job.
    const job = await reencode(server, target, { wait: false }).catch(() => null);
    const load = isBusy ? await server.load(folder, { collection: 'c', wait: false }) : null;
    const loadQueuedAt = Date.now();
    const doomed = [...files.keys()].slice(0, below(3));
    const remove = 'mutation ($ids: [ID!]!) { deleteImages(collection: "c", imageIds: $ids) }';
    const deleting = server.data(remove, { ids: doomed }).catch(() => undefined);
    await sleep(below(isBusy ? 900 : 500));
    if (job && (await server.job(job.id)).status !== 'SUCCEEDED') interrupted++;
    await server.kill('SIGKILL');
    await Promise.all([deleting, dropping]);
    searches += await searching;
    await server.restart();
    answers.modelOf(await server.search(WORD, 'c', 1_000), hadOf);

    // The job and the load go on by themselves.
    const ended = job && (await server.jobEnded(job.id));
    if (load) expect(await server.jobEnded(load.id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
    // A job with little to do may have met the changed files and ended before the load of them was queued.
    const isEarly = isBusy && Date.parse(ended?.finishedAt ?? '') <= loadQueuedAt;
    if (isEarly && ended?.status === 'FAILED') expect(ended).toMatchObject({ error: { code: 'IMAGES_HIDDEN' } });
    else if (ended) {
      expect(ended).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
      active = target;
    }
    expect(answers.modelOf(await server.search(WORD, 'c', 1_000), hadOf)).toBe(active);
    // What was deleted is loaded again, and so is what a load has not seen of the changes.
    expect(await server.load(folder, { collection: 'c' })).toMatchObject({
      status: 'SUCCEEDED',
      processed: files.size,
    });
    await contents.expect('c', active, files);
    for (const space of await spacesOf(server)) {
      expect(space.imageCount + space.missingCount).toBe(files.size);
      if (space.isActive) expect(space).toMatchObject({ model: active, missingCount: 0 });
    }
    // No embedding lacks its entry in an index.
    const repair = 'mutation { repairCollections(collection: "c") { upserted } }';
    expect(await server.data(repair)).toEqual({ repairCollections: [{ upserted: 0 }] });
  }
  process.stderr.write(`${ROUNDS} kills: ${interrupted} interrupted a change, ${searches} searches met none mixed\n`);
  // If no change was interrupted, the test has proved nothing.
  expect(interrupted).toBeGreaterThan(ROUNDS / 4);
});
