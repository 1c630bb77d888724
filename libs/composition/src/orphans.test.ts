import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import libsql from 'libsql';
import { openLoads, type DyingPoint } from './testing/dying-load';

const NAMES = ['1.png', '2.png', '3.png'];
let base: string;
let folder: string;
let path: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'wentu-orphans-')));
  [folder, path] = [join(base, 'pictures'), join(base, 'wentu.sqlite')];
  await mkdir(folder);
  await write('old');
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function write(content: string): Promise<void> {
  for (const name of NAMES) await writeFile(join(folder, name), `\x89PNG\r\n\x1a\n${name} ${content}`, 'latin1');
}

/** Queues a load that copies; runs it to its end if requested. */
async function load(run: boolean): Promise<void> {
  const { service, store, close } = await openLoads(path);
  await service.start('c', folder, { copyImages: true });
  if (run) {
    await service.open();
    await ended(store);
  }
  await close();
}

async function ended({ loads }: Awaited<ReturnType<typeof openLoads>>['store']): Promise<void> {
  while ((await loads.listUnfinished()).length > 0) await sleep(10);
}

/** [originals without a row, rows without an original, rows, loose originals] */
function counts(): number[] {
  const file = new libsql(path, { readonly: true });
  try {
    const one = (sql: string): number =>
      (file.prepare(`SELECT COUNT(*) AS n FROM ${sql}`).all() as [{ n: number }])[0].n;
    return [
      one('image_data d WHERE NOT EXISTS (SELECT 1 FROM image i WHERE i.id = d.image_row_id)'),
      one('image i WHERE NOT EXISTS (SELECT 1 FROM image_data d WHERE i.id = d.image_row_id)'),
      one('image'),
      one('loose_original'),
    ];
  } finally {
    file.close();
  }
}

/** Where the process dies, and how many originals without a row remain then. A batch has two pictures. */
const POINTS: readonly (readonly [DyingPoint, number])[] = [
  ['originals.put:before', 0],
  ['originals.put:after', 2],
  ['images.insertPending:before', 2],
  ['images.insertPending:after', 0],
  ['images.removeRows:before', 0],
  ['images.removeRows:after', 2],
  ['originals.delete:before', 2],
  ['originals.delete:after', 0],
];

test.each(POINTS)(
  'a process that is killed at %s leaves only loose originals, and the next start removes them',
  async (point, orphans) => {
    await load(true);
    expect(counts()).toEqual([0, 0, 3, 0]);
    await write('new');
    await load(false);
    const script = join(__dirname, 'testing/dying-load.js');
    const child = spawn(process.execPath, [script, path], {
      env: { ...process.env, WENTU_TEST_DYING_POINT: point },
      stdio: 'inherit',
    });
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
    const [without, lacking, , loose] = counts();
    // Every row has its original, and every original without a row is listed as loose.
    expect({ without, lacking, loose }).toEqual({ without: orphans, lacking: 0, loose: orphans });

    const { service, store, close } = await openLoads(path);
    await service.open();
    await ended(store);
    expect(await store.collections.find('c')).toMatchObject({ imageCount: 3 });
    const [job] = await store.loads.list({ first: 1 });
    expect(job).toMatchObject({ status: 'SUCCEEDED', processed: 3 });
    expect(counts()).toEqual([0, 0, 3, 0]);
    await service.drop('c');
    expect(counts()).toEqual([0, 0, 0, 0]);
    await close();
  },
);
