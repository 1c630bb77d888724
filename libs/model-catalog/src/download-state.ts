import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const fileState = z.object({
  url: z.string(),
  /** Strong ETag of the bytes on disk; null: the server gave none. */
  etag: z.string().nullable(),
  /** What the whole file must have, or has when it is complete. */
  sha256: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  complete: z.boolean(),
});
const schema = z.record(z.string(), fileState);

export type FileState = z.infer<typeof fileState>;

/** What a download that was interrupted knows of the files it left. */
export class DownloadState {
  private constructor(
    private readonly path: string,
    private readonly files: Record<string, FileState>,
  ) {}

  /** A state that cannot be read is one that is not there: the files are fetched again. */
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
