import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { STORES, TestServer } from './harness';
import { picture } from './pictures';
import { ReadGate } from './read-gate';
import { installTiny, reencode, spacesOf } from './reencode-harness';

const SMALL_MB = 24;
const KEPT = 60;
const DELETED = 50;
const LARGE = 100;
const CAN_MOUNT = process.platform === 'linux' && canMount();
if (!CAN_MOUNT) process.stderr.write('SKIPPED: a full disk; mounting a tmpfs needs root\n');

interface Readiness {
  readonly ready: boolean;
  readonly waitingFor: string | null;
}

// SQLite is one file on its own disk; the disk of MySQL belongs to its server.
(CAN_MOUNT && !STORES.includes('mysql') ? describe : describe.skip)('a disk that fills while a load runs', () => {
  let disk: string;
  let pictures: string;
  let server: TestServer;
  let gate: ReadGate;
  beforeAll(async () => {
    gate = await ReadGate.make();
    await gate.open();
    disk = await mkdtemp(join(tmpdir(), 'wentu-disk-'));
    pictures = await mkdtemp(join(tmpdir(), 'wentu-pictures-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_MB}m`, 'tmpfs', disk]);
    server = await TestServer.start({ ...gate.env, WENTU_DATA_DIR: join(disk, 'data') });
    await writePictures();
  });
  afterAll(async () => {
    await server.close();
    await gate.remove();
    execFileSync('umount', ['-l', disk]);
    for (const folder of [disk, pictures]) await rm(folder, { recursive: true, force: true });
  });

  test('the load waits and reports it; with free space it continues, and acknowledged changes survive a kill', async () => {
    expect(await server.load(join(pictures, 'kept'), { collection: 'kept' })).toMatchObject({ loaded: KEPT });
    const large = join(pictures, 'large');
    const { errors } = await server.graphql(
      'mutation ($directory: String!) { loadCollection(directory: $directory, collection: "large", copyImages: true, wait: true) { id } }',
      { directory: large },
    );
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/waits: the disk .* is full/) as string, extensions: { code: 'UNAVAILABLE' } },
    ]);
    const job = async () =>
      (
        await server.data<{ loadJobs: { status: string; waitingFor: string | null }[] }>(
          '{ loadJobs(collection: "large") { status waitingFor } }',
        )
      ).loadJobs[0]!;
    // Between two tries the load waits for nothing.
    let seen = await job();
    for (; seen.status === 'RUNNING' && seen.waitingFor === null; seen = await job()) await sleep(50);
    expect(seen).toEqual({
      status: 'RUNNING',
      waitingFor: expect.stringContaining('disk is full') as string,
    });
    const response = await fetch(`${server.address}/readyz`);
    expect(response.status).toBe(503);
    const { waitingFor } = (await response.json()) as Readiness;
    expect(waitingFor).toMatch(/full/);
    expect(waitingFor).not.toContain('/');
    expect(await server.search('红色的圆', 'kept')).not.toEqual([]);

    resize(400);
    await changed();
    await ended('large');
    await server.untilReady();
    const { collection } = await server.data<{ collection: object }>('{ collection(name: "large") { imageCount } }');
    expect(collection).toEqual({ imageCount: LARGE });
    anotherConnectionWrites();

    await server.kill('SIGKILL');
    await server.restart();
    await isThere();
  });

  test('a start on a full disk reports the full disk', async () => {
    await server.kill('SIGTERM');
    await fill();
    server.launch();
    expect(await server.ended()).toBe(3);
    expect(server.log).toMatch(/the disk is full/);
    expect(server.log).not.toMatch(/permission/);
    await rm(join(disk, 'ballast'));
    await server.restart();
    await isThere();
  });

  test('a change of the model waits for space, and the old model answers meanwhile', async () => {
    const held = join(pictures, 'held');
    await mkdir(held);
    for (let i = 0; i < KEPT; i++) await writeFile(join(held, `h${i}.png`), await picture(i, 64));
    await writeFile(join(held, `${ReadGate.NAME}.png`), await picture(KEPT, 64));
    await installTiny(server, join(disk, 'data'));
    await server.load(held, { collection: 'held' });
    const before = await server.search('红', 'held', 100);
    // A start begins with an empty write-ahead log, so the next writes need space.
    await server.kill('SIGTERM');
    await server.restart();
    await gate.shut();
    const { id } = await reencode(server, 'tiny', { collection: 'held', wait: false });
    await server.untilJob(id, ({ status, total }) => status === 'RUNNING' && total !== null);
    await fill();
    await gate.open();
    const query = `{ loadJob(id: "${id}") { status waitingFor } }`;
    for (;;) {
      const { loadJob } = await server.data<{ loadJob: { status: string; waitingFor: string | null } }>(query);
      expect(loadJob.status).toBe('RUNNING');
      if (loadJob.waitingFor?.includes('disk is full')) break;
      await sleep(100);
    }
    expect(await server.search('红', 'held', 100)).toEqual(before);
    // A kill on the full disk changes nothing either.
    await server.kill('SIGKILL');
    await rm(join(disk, 'ballast'));
    await server.restart();
    expect(await server.jobEnded(id)).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
    expect(await spacesOf(server, 'held')).toMatchObject([
      { model: 'tiny', imageCount: KEPT + 1, isActive: true },
      { model: 'wentu-mini', imageCount: KEPT + 1, isActive: false },
    ]);
    expect(await server.search('红', 'held', 100)).toHaveLength(KEPT + 1);
  });

  async function writePictures(): Promise<void> {
    for (const name of ['kept', 'large']) await mkdir(join(pictures, name));
    for (let i = 0; i < KEPT; i++) await writeFile(join(pictures, 'kept', `k${i}.png`), await picture(i, 64));
    for (let i = 0; i < LARGE; i++) {
      const image = sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } });
      await image.png({ compressionLevel: 0 }).toFile(join(pictures, 'large', `l${i}.png`));
    }
  }

  /**
   * The changes that were lost in an earlier version: 20 collections created, 50 pictures deleted, one collection
   * renamed.
   */
  async function changed(): Promise<void> {
    for (let i = 0; i < 20; i++) await server.data(`mutation { createCollection(name: "made${i}") { name } }`);
    const imageIds = Array.from({ length: DELETED }, (_, i) => `k${i}.png`);
    const deletion = 'mutation ($imageIds: [ID!]!) { deleteImages(collection: "kept", imageIds: $imageIds) }';
    expect(await server.data(deletion, { imageIds })).toEqual({ deleteImages: DELETED });
    await server.data('mutation { renameCollection(name: "kept", newName: "renamed") { name } }');
    await isThere();
  }

  async function isThere(): Promise<void> {
    const { collections } = await server.data<{ collections: { name: string; imageCount: number }[] }>(
      '{ collections { name imageCount } }',
    );
    const names = collections.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Array.from({ length: 20 }, (_, i) => `made${i}`)));
    expect(names).not.toContain('kept');
    expect(collections.find(({ name }) => name === 'renamed')).toEqual({ name: 'renamed', imageCount: KEPT - DELETED });
    expect(await server.search('红色的圆', 'renamed', 100)).toHaveLength(KEPT - DELETED);
  }

  async function ended(collection: string): Promise<void> {
    for (;;) {
      const { loadJobs } = await server.data<{ loadJobs: { status: string }[] }>(
        `{ loadJobs(collection: "${collection}") { status } }`,
      );
      if (loadJobs.every(({ status }) => status === 'SUCCEEDED')) return;
      expect(loadJobs.map(({ status }) => status)).toEqual(['RUNNING']);
      await sleep(200);
    }
  }

  function resize(sizeMb: number): void {
    execFileSync('mount', ['-o', `remount,size=${sizeMb}m`, disk]);
  }

  async function fill(): Promise<void> {
    const { bavail, bsize } = await statfs(disk);
    await writeFile(join(disk, 'ballast'), Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
      // A running server may take some of the space meanwhile. The disk is full all the same.
      if (error.code !== 'ENOSPC') throw error;
    });
  }

  /** If a lost transaction still held a lock, the error would be "database is locked". */
  function anotherConnectionWrites(): void {
    const script =
      'const db = new (require(process.argv[1]))(process.argv[2]); db.exec("PRAGMA busy_timeout = 20000"); db.exec("UPDATE id_counter SET next_id = next_id"); console.log("written")';
    const libsql = createRequire(__filename).resolve('libsql');
    const args = ['-e', script, libsql, join(disk, 'data', 'wentu.sqlite')];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: 'written\n', stderr: '' });
  }
});

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return mounted;
}
