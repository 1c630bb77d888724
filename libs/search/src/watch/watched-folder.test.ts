import { mkdir, mkdtemp, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInputError, LimitExceededError, NOTHING_IGNORED, type LoadJob, type WatchReport } from '@wentu/domain';
import { WatchedFolder } from './watched-folder';

let directory: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'wentu-watched-')));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const events: WatchReport = { state: 'EVENTS', problem: null };

/** A folder whose clock, events and loads the test controls. */
function setUp() {
  let now = 1_000_000;
  const log: string[] = [];
  const jobs = new Map<number, LoadJob>();
  const held: { change: (hasAdditions: boolean) => void; refusal: Error | null } = {
    change: () => undefined,
    refusal: null,
  };
  const folder = new WatchedFolder(
    {
      directory,
      watchFolder: async (_directory, onChange) => {
        log.push('watch');
        held.change = (hasAdditions) => onChange({ hasAdditions });
        return {
          report: events,
          refresh: async () => void log.push('refresh'),
          close: async () => void log.push('close'),
        };
      },
      startLoad: async () => {
        if (held.refusal) throw held.refusal;
        const id = jobs.size + 1;
        const job = { id, status: 'RUNNING', ignored: NOTHING_IGNORED } as LoadJob;
        jobs.set(id, job);
        log.push(`load ${id}`);
        return job;
      },
      findLoad: async (id) => jobs.get(id) ?? null,
      report: async ({ state }) => void log.push(state),
      onError: (error) => log.push(String(error)),
    },
    () => now,
  );
  return {
    log,
    folder,
    held,
    /** Steps after this time. */
    after: async (ms: number): Promise<void> => {
      now += ms;
      await folder.step();
    },
    end: (id: number, unsettled = 0): void => {
      jobs.set(id, { ...jobs.get(id)!, status: 'SUCCEEDED', ignored: { ...NOTHING_IGNORED, unsettled } });
    },
    /** The lines since the last call. */
    take: (): string[] => log.splice(0),
  };
}

/** A watch whose first load has ended. */
async function begun() {
  const bench = setUp();
  await bench.after(0);
  await bench.after(2_000);
  bench.end(1);
  await bench.after(250);
  expect(bench.take()).toEqual(['watch', 'EVENTS', 'refresh', 'load 1']);
  return bench;
}

test('a watch begins with a load, and loads again when the folder was quiet for two seconds', async () => {
  const { after, held, take } = await begun();
  await after(60_000);
  expect(take()).toEqual([]);
  held.change(true);
  await after(1_900);
  held.change(true);
  await after(1_900);
  expect(take()).toEqual([]);
  await after(100);
  expect(take()).toEqual(['refresh', 'load 2']);
});

test('a folder that is never quiet is loaded after 30 seconds', async () => {
  const { after, held, take } = await begun();
  for (let s = 0; s < 30; s++) {
    held.change(true);
    await after(1_000);
    if (s < 29) expect(take()).toEqual([]);
  }
  expect(take()).toEqual(['refresh', 'load 2']);
});

test('removals wait longer than additions', async () => {
  const { after, held, take } = await begun();
  held.change(false);
  await after(3_400);
  expect(take()).toEqual([]);
  await after(100);
  expect(take()).toEqual(['refresh', 'load 2']);
});

test('a load waits for the end of the one before it, and files that it left are loaded again', async () => {
  const { after, held, take, end } = await begun();
  held.change(true);
  await after(2_000);
  held.change(true);
  for (let i = 0; i < 40; i++) await after(1_000);
  expect(take()).toEqual(['refresh', 'load 2']);
  end(2);
  await after(250);
  expect(take()).toEqual(['refresh', 'load 3']);
  end(3, 1);
  await after(250);
  expect(take()).toEqual([]);
  await after(2_000);
  expect(take()).toEqual(['refresh', 'load 4']);
});

test('a load that cannot be queued is tried again; a folder without pictures has nothing to load', async () => {
  const { after, held, take, folder } = await begun();
  held.change(true);
  held.refusal = new LimitExceededError('full');
  await expect(after(2_000)).rejects.toThrow('full');
  await after(4_000);
  held.refusal = null;
  expect(take()).toEqual(['refresh']);
  await after(1_000);
  expect(take()).toEqual(['refresh', 'load 2']);
  held.refusal = new InvalidInputError('no pictures');
  held.change(true);
  await folder.step();
  await after(60_000);
});

test('a folder that goes away is away until it is back, and then begins with a load', async () => {
  const { after, held, take } = await begun();
  held.change(false);
  await rename(directory, `${directory}-away`);
  await after(2_000);
  expect(take()).toEqual(['close', 'AWAY']);
  await after(60_000);
  expect(take()).toEqual([]);
  await rename(`${directory}-away`, directory);
  await after(2_000);
  expect(take()).toEqual(['watch', 'EVENTS']);
  await after(2_000);
  expect(take()).toEqual(['refresh', 'load 2']);
});

test('another folder at the same path is watched anew', async () => {
  const { after, take, folder } = await begun();
  await rename(directory, `${directory}-old`);
  await mkdir(directory);
  await after(2_000);
  expect(take()).toEqual(['close', 'watch']);
  await folder.close();
  expect(take()).toEqual(['close']);
  await rm(`${directory}-old`, { recursive: true });
});
