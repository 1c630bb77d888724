import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatasetOpener } from '@wentu/dataset';
import { realDisk, type UploadDisk } from './upload-disk';
import { bytes, testUploads } from './testing/upload-fixtures';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wentu-uploads-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A disk on which the operation with this number fails, with half of its bytes written. */
function failingDisk(at: number, code: string): UploadDisk & { calls(): number } {
  let calls = 0;
  const fail = async (path: string, half?: () => Promise<void>): Promise<void> => {
    if (++calls !== at) return;
    await half?.();
    throw Object.assign(new Error(`${code}: write`), { code, syscall: 'write', path });
  };
  return {
    calls: () => calls,
    async makeFolder(path) {
      await fail(path);
      await realDisk.makeFolder(path);
    },
    async write(path, content) {
      await fail(path, async () => await appendFile(path, 'half'));
      await realDisk.write(path, content);
    },
    async writeWhole(path, text) {
      await fail(path);
      await realDisk.writeWhole(path, text);
    },
    async remove(path) {
      await fail(path);
      await realDisk.remove(path);
    },
    async removeFolder(path, storeId) {
      await fail(path);
      return await realDisk.removeFolder(path, storeId);
    },
  };
}

describe.each(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE'])('%s', (code) => {
  test('at any operation is a typed error; only acknowledged files are loaded, and the upload can continue', async () => {
    for (let at = 1; ; at++) {
      const folder = join(root, String(at));
      const disk = failingDisk(at, code);
      const some = testUploads(folder, {}, { disk });
      const taken: string[] = [];
      let failures = 0;
      /** Repeats the operation until it succeeds: the disk fails once. */
      const persist = async <T>(work: () => Promise<T>): Promise<T> => {
        try {
          return await work();
        } catch (error) {
          failures++;
          expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(code) as string });
          return await work();
        }
      };
      const id = await persist(() => some.create());
      for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
        await persist(() => some.receive(id, name, bytes(5)));
        taken.push(name);
      }
      const directory = await persist(() => some.handOver(id, async (path) => path));
      const dataset = await createDatasetOpener({ maxImageBytes: 100 })(directory, { isUpload: true });
      const loaded: string[] = [];
      for await (const entry of dataset.entries()) {
        if ('read' in entry) expect(await entry.read()).toHaveLength(5);
        loaded.push(entry.item);
      }
      expect(loaded).toEqual(taken);
      expect((await readdir(directory)).filter((name) => /^\d+$/.test(name))).toHaveLength(3);
      if (at > disk.calls()) break;
      expect(failures).toBe(1);
    }
  });
});

test('an incomplete file that cannot be removed is not part of the upload', async () => {
  let broken = true;
  const disk: UploadDisk = {
    ...realDisk,
    async write(path, content) {
      if (!broken) return await realDisk.write(path, content);
      await appendFile(path, 'half');
      throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'write' });
    },
    remove: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'unlink' })),
  };
  const some = testUploads(root, {}, { disk });
  const id = await some.create();
  await expect(some.receive(id, 'a.jpg', bytes(5))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('WENTU_UPLOADS_DIR') as string,
  });
  broken = false;
  await some.receive(id, 'a.jpg', bytes(6));
  const directory = await some.handOver(id, async (path) => path);
  const dataset = await createDatasetOpener({ maxImageBytes: 100 })(directory, { isUpload: true });
  expect(await dataset.count()).toBe(1);
  for await (const entry of dataset.entries()) if ('read' in entry) expect(await entry.read()).toHaveLength(6);
});
