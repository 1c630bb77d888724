import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeUploadFolder } from './upload-folder';

/** How uploads write: a port, so that tests can let each operation fail as a disk does. */
export interface UploadDisk {
  makeFolder(path: string): Promise<void>;
  /** Writes a new file. When it resolves, the bytes are on the disk. A file that fails stays as it is. */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes a small file: it is there whole or not at all. */
  writeWhole(path: string, text: string): Promise<void>;
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>;
  /** Removes the folder of an upload. @returns false when it is none of this store */
  removeFolder(path: string, storeId: string): Promise<boolean>;
}

/** No hard links: exFAT, FAT and many network shares have none. */
export const realDisk: UploadDisk = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async write(path, content) {
    await pipeline(content, createWriteStream(path, { flags: 'wx', flush: true }));
  },
  async writeWhole(path, text) {
    const part = `${path}.part`;
    try {
      const file = await open(part, 'w');
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      throw error;
    }
  },
  async remove(path) {
    await rm(path, { force: true });
  },
  removeFolder: removeUploadFolder,
};

/** Names are on the disk after that. Windows and some network shares cannot do it for folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
