import { LimitExceededError, sentence } from '@wentu/domain';
import { uploadFolderBytes, type FoundUpload } from './upload-folder';

/** The limit of all uploads together: open ones, those that wait for their load, and leftovers. */
export class UploadQuota {
  private readonly known = new Map<string, { readonly modifiedAtMs: number; readonly bytes: number }>();
  private closedBytes = 0;

  /** @param findClosed finds the folders of uploads that are not open */
  constructor(
    private readonly maxBytes: number,
    private readonly findClosed: () => Promise<FoundUpload[]>,
  ) {}

  /**
   * Measures the folders again before it refuses, because loads may have ended.
   * @throws LimitExceededError when the uploads have no room for this many more bytes
   */
  async check(openBytes: number, moreBytes: number): Promise<void> {
    if (openBytes + this.closedBytes + moreBytes <= this.maxBytes) return;
    await this.measure();
    if (openBytes + this.closedBytes + moreBytes <= this.maxBytes) return;
    throw new LimitExceededError(sentence('UPLOADS_FULL', { maxBytes: this.maxBytes }));
  }

  /** Counts an upload that is no longer open; its folder still exists. */
  add(bytes: number): void {
    this.closedBytes += bytes;
  }

  /** A folder's modification time changes when a file arrives, so an unchanged folder is not measured again. */
  async measure(): Promise<void> {
    const closed = await this.findClosed();
    const paths = new Set(closed.map(({ path }) => path));
    for (const path of this.known.keys()) if (!paths.has(path)) this.known.delete(path);
    let total = 0;
    for (const { path, modifiedAtMs } of closed) {
      let measured = this.known.get(path);
      if (measured?.modifiedAtMs !== modifiedAtMs) {
        measured = { modifiedAtMs, bytes: await uploadFolderBytes(path) };
        this.known.set(path, measured);
      }
      total += measured.bytes;
    }
    this.closedBytes = total;
  }
}
