import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { removeUploadFolder } from './upload-folder';

/** How uploads write. It is a port so that tests can let each operation fail as a real disk does. */
export interface UploadDisk {
  makeFolder(path: string): Promise<void>;
  /** Writes a new file. When it resolves, the bytes are on the disk. After an error the file remains as it is. */
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes a small file atomically: after an error or a crash it is complete or absent. */
  writeWhole(path: string, text: string): Promise<void>;
  /** Removes a file if it exists. */
  remove(path: string): Promise<void>;
  /** Removes the folder of an upload. @returns false when an upload of this store did not create it */
  removeFolder(path: string, storeId: string): Promise<boolean>;
}

/** Does not use hard links: exFAT, FAT and many network shares do not support them. */
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

/** Flushes the names in the folder to the disk. Windows and some network shares cannot do this for folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
