import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const fileState = z.object({
  url: z.string(),
  /** The strong ETag of the bytes on disk; null: the server sent none. */
  etag: z.string().nullable(),
  /** The expected hash of the file, or the actual hash when it is complete. */
  sha256: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  complete: z.boolean(),
});
const schema = z.record(z.string(), fileState);

export type FileState = z.infer<typeof fileState>;

/** What is known about the files of an interrupted download. */
export class DownloadState {
  private constructor(
    private readonly path: string,
    private readonly files: Record<string, FileState>,
  ) {}

  /** An unreadable state counts as no state: the files are downloaded again. */
  static async open(path: string): Promise<DownloadState> {
    const text = await readFile(path, 'utf8').catch(() => '{}');
    try {
      return new DownloadState(path, schema.parse(JSON.parse(text)));
    } catch {
      return new DownloadState(path, {});
    }
  }

  get(file: string): FileState | null {
    return this.files[file] ?? null;
  }

  async set(file: string, state: FileState): Promise<void> {
    this.files[file] = state;
    await writeFile(`${this.path}.new`, `${JSON.stringify(this.files, null, 2)}\n`);
    await rename(`${this.path}.new`, this.path);
  }
}
