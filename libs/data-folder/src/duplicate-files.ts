import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuplicateResults, StoredDuplicates } from '@wentu/domain';
import { replaceFile } from './replace-file';

/** A file with another number is ignored, and replaced by the next search. */
const FORMAT = 1;
const NAME = /^(\d+)\.json$/;

/** The results of the searches for duplicates, one file for each collection. */
export class DuplicateFiles implements DuplicateResults {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'duplicates');
  }

  async read(collectionId: number): Promise<StoredDuplicates | null> {
    const text = await readFile(this.pathOf(collectionId), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '';
    });
    if (text === '') return null;
    try {
      const { format, ...stored } = JSON.parse(text) as StoredDuplicates & { format: number };
      return format === FORMAT ? stored : null;
    } catch (error) {
      // A damaged file means that the duplicates are not known.
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  async write(result: StoredDuplicates): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await replaceFile(this.pathOf(result.collectionId), JSON.stringify({ format: FORMAT, ...result }));
  }

  async keepOnly(collectionIds: readonly number[]): Promise<void> {
    const kept = new Set(collectionIds);
    for (const name of await readdir(this.folder)) {
      const [, id] = NAME.exec(name) ?? [];
      if (id === undefined || !kept.has(Number(id))) await rm(join(this.folder, name), { force: true });
    }
  }

  private pathOf(collectionId: number): string {
    return join(this.folder, `${collectionId}.json`);
  }
}
