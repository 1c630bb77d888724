import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ID, startHub, type FakeHub } from '@wentu/model-catalog/testing';
import { addModel, type AddOptions } from './add-model';

const FIXTURE = join(__dirname, '../../encoder/fixtures/hub-model');
const FILES = ['config.json', 'preprocessor_config.json', 'vocab.txt', 'onnx/model.onnx'];

const CAN_MOUNT = process.platform === 'linux' && canMount();
if (!CAN_MOUNT) process.stderr.write('SKIPPED: a full disk; mounting a tmpfs needs root\n');

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-mount-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  if (status === 0) execFileSync('umount', [folder]);
  rmdirSync(folder);
  return status === 0;
}

(CAN_MOUNT ? describe : describe.skip)('a disk without room', () => {
  let disk: string;
  let hub: FakeHub;
  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'wentu-disk-'));
    const files: Record<string, Buffer<ArrayBuffer>> = {};
    for (const path of FILES) files[path] = await readFile(join(FIXTURE, path));
    hub = await startHub(files);
  });
  afterEach(async () => {
    execFileSync('umount', ['-l', disk]);
    await rm(disk, { recursive: true, force: true });
  });

  const mount = (sizeKib: number): unknown =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKib}k`, 'tmpfs', disk]);
  async function add(onProgress?: AddOptions['onProgress']): Promise<void> {
    const proxies = { http: null, https: null, except: null };
    await addModel(
      `hf:${ID}`,
      {
        access: { proxies, endpoint: hub.address, token: null, modelScope: null },
        ...(onProgress ? { onProgress } : {}),
      },
      { dataDir: join(disk, 'data'), modelMirror: null, upright: true, background: 'white' },
    );
  }

  test('is found before the first byte, with the figures', async () => {
    mount(200);
    await expect(add()).rejects.toMatchObject({
      name: 'DiskFullError',
      message: expect.stringMatching(
        /has \d{5,6} bytes free, but the download needs 23\d{4}; free some space, or set WENTU_DATA_DIR/,
      ) as string,
    });
    expect(hub.asked.filter(({ at }) => at === 'storage')).toEqual([]);
  });

  test('because something else fills it meanwhile: the same call continues when there is room', async () => {
    mount(1_024);
    const filler = join(disk, 'filler');
    let sizeBytes = 0;
    const fill: AddOptions['onProgress'] = ({ file, receivedBytes }) => {
      if (file !== 'onnx/model.onnx' || sizeBytes > 0) return;
      sizeBytes = receivedBytes;
      for (let kib = 1_024; kib > 0; kib = Math.floor(kib / 2)) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(kib * 1_024), { flag: 'a' });
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' });
        }
      }
    };
    await expect(add(fill)).rejects.toMatchObject({
      name: 'DiskFullError',
      message: expect.stringMatching(/the disk is full: free some space/) as string,
    });
    rmSync(filler);
    await add();
    const ranges = hub.asked.filter(({ at }) => at === 'storage').map(({ range }) => range);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });
});
