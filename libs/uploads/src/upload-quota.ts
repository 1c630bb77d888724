import { LimitExceededError } from '@wentu/domain';
import { uploadFolderBytes, type FoundUpload } from './upload-folder';

/** The limit of all uploads together: those that are open, and those that wait for their load or are left over. */
export class UploadQuota {
  private readonly known = new Map<string, { readonly modifiedAtMs: number; readonly bytes: number }>();
  private lyingBytes = 0;

  /** @param findLying folders of the uploads that are not open */
  constructor(
    private readonly maxBytes: number,
    private readonly findLying: () => Promise<FoundUpload[]>,
  ) {}

  /**
   * @throws LimitExceededError when there is no room for so many bytes more. Loads may have ended: it looks again
   * before it refuses
   */
  async check(openBytes: number, moreBytes: number): Promise<void> {
    if (openBytes + this.lyingBytes + moreBytes <= this.maxBytes) return;
    await this.measure();
    if (openBytes + this.lyingBytes + moreBytes <= this.maxBytes) return;
    throw new LimitExceededError(
      `all uploads together have at most ${this.maxBytes} bytes (WENTU_UPLOADS_QUOTA_BYTES); ` +
        'try again when the loads of earlier ones have ended',
    );
  }

  /** An upload is not open any more, and lies in the folder still. */
  add(bytes: number): void {
    this.lyingBytes += bytes;
  }

  /** A folder changes when a file comes, so one that has not changed is not measured again. */
  async measure(): Promise<void> {
    const lying = await this.findLying();
    const paths = new Set(lying.map(({ path }) => path));
    for (const path of this.known.keys()) if (!paths.has(path)) this.known.delete(path);
    let total = 0;
    for (const { path, modifiedAtMs } of lying) {
      let measured = this.known.get(path);
      if (measured?.modifiedAtMs !== modifiedAtMs) {
        measured = { modifiedAtMs, bytes: await uploadFolderBytes(path) };
        this.known.set(path, measured);
      }
      total += measured.bytes;
    }
    this.lyingBytes = total;
  }
}
