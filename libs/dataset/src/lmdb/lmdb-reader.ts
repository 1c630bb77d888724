import type { FileHandle } from 'node:fs/promises';
import { InvalidInputError, ItemError } from '@wentu/domain';
import { sourceError } from '../file-errors';
import { openSourceFile, pathOf, type SourceFile } from '../source-file';
import { readMeta, type LmdbMeta } from './lmdb-meta';
import { checkOverflowPage, LmdbPage, PAGE_HEADER_BYTES, PageFault, type LmdbEntry, type LmdbValue } from './lmdb-page';

/** Enough for the branches of a tree of a hundred million keys and the current leaf. */
const CACHED_PAGES = 64;
const FIRST_DATA_PAGE = 2;

/**
 * Reads the main database of an LMDB 0.9 `data.mdb` (64-bit, little-endian), in its state when it is opened. Reads
 * single pages by position and keeps at most 64 of them. It takes no lock, so no process may write to the file
 * meanwhile.
 */
export class LmdbReader {
  private readonly pages = new Map<number, LmdbPage>();

  private constructor(
    private readonly handle: FileHandle,
    readonly path: string,
    private readonly meta: LmdbMeta,
  ) {}

  /** @throws InvalidInputError when it is not such a file, NotFoundError, ForbiddenError, UnavailableError */
  static async open(file: SourceFile): Promise<LmdbReader> {
    const path = pathOf(file);
    const handle = await openSourceFile(file).catch((error: unknown) => Promise.reject(sourceError(path, error)));
    try {
      return new LmdbReader(handle, path, await readMeta(handle, path));
    } catch (error) {
      await handle.close();
      throw error instanceof InvalidInputError ? error : sourceError(path, error);
    }
  }

  /** The count of the meta page; `entries` fails when it is wrong. */
  get entryCount(): number {
    return this.meta.entryCount;
  }

  /**
   * Yields all keys in the order of their bytes. Any damage ends the iteration: every page must have a key, and each
   * key must be greater than the one before. So no page is read twice.
   *
   * @throws InvalidInputError that names file and page
   */
  async *entries(signal?: AbortSignal): AsyncGenerator<LmdbEntry> {
    const stack: { number: number; page: LmdbPage; next: number }[] = [];
    const descend = async (number: number): Promise<void> => {
      stack.push({ number, page: await this.page(number, stack.length + 1), next: 0 });
    };
    let before: Buffer | undefined;
    let count = 0;
    if (this.meta.root !== null) await descend(this.meta.root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      signal?.throwIfAborted();
      const { number, page, next } = top;
      top.next++;
      if (next >= page.nodeCount) stack.pop();
      else if (!page.isLeaf) await descend(this.guard(number, () => page.child(next)));
      else {
        const entry = this.guard(number, () => page.entry(next));
        if (before && Buffer.compare(before, entry.key) >= 0) throw this.fault(number, 'its keys are out of order');
        before = entry.key;
        count++;
        yield entry;
      }
    }
    if (count !== this.meta.entryCount)
      throw this.fault(this.meta.root ?? 0, `the tree has ${count} keys instead of ${this.meta.entryCount}`);
  }

  /** @throws InvalidInputError that names file and page */
  async get(key: Buffer): Promise<LmdbValue | undefined> {
    let number = this.meta.root;
    for (let level = 1; number !== null; level++) {
      const current: number = number;
      const page = await this.page(current, level);
      const [index, isEqual] = this.guard(current, () => search(page, key));
      if (page.isLeaf) return isEqual ? this.guard(current, () => page.entry(index)).value : undefined;
      number = this.guard(current, () => page.child(isEqual ? index : index - 1));
    }
    return undefined;
  }

  /** @throws ItemError TOO_LARGE above the limit; InvalidInputError that names file and page */
  async readValue(value: LmdbValue, maxBytes: number): Promise<Buffer> {
    const { sizeBytes } = value;
    if (sizeBytes > maxBytes)
      throw new ItemError('TOO_LARGE', `the value has ${sizeBytes} bytes; at most ${maxBytes} are read`);
    if ('inline' in value) return value.inline;
    const bytes = await this.read(value.overflowPage, PAGE_HEADER_BYTES + sizeBytes);
    this.guard(value.overflowPage, () =>
      checkOverflowPage(bytes, value.overflowPage, sizeBytes, this.meta.pageSizeBytes),
    );
    return bytes.subarray(PAGE_HEADER_BYTES);
  }

  async close(): Promise<void> {
    this.pages.clear();
    await this.handle.close();
  }

  /** @param level counted from 1; leaves are only on the last level */
  private async page(number: number, level: number): Promise<LmdbPage> {
    let page = this.pages.get(number);
    this.pages.delete(number);
    if (page === undefined) {
      const bytes = await this.read(number, this.meta.pageSizeBytes);
      page = this.guard(number, () => new LmdbPage(bytes, number));
    }
    if (page.isLeaf !== (level === this.meta.depth))
      throw this.fault(number, `it is on level ${level} of ${this.meta.depth}, but its kind belongs on another level`);
    this.pages.set(number, page);
    const [oldest] = this.pages.keys();
    if (this.pages.size > CACHED_PAGES && oldest !== undefined) this.pages.delete(oldest);
    return page;
  }

  private async read(number: number, lengthBytes: number): Promise<Buffer> {
    if (number < FIRST_DATA_PAGE || number > this.meta.lastPage)
      throw this.fault(number, `the file's data is on pages ${FIRST_DATA_PAGE} to ${this.meta.lastPage}`);
    const offset = number * this.meta.pageSizeBytes;
    // Compared with the size of the file first: a wrong length must not allocate memory.
    const { size } = await this.handle.stat().catch((error: unknown) => Promise.reject(sourceError(this.path, error)));
    if (offset + lengthBytes > size) throw this.fault(number, `the file ends at byte ${size}: it was cut off`);
    const { bytesRead, buffer } = await this.handle
      .read(Buffer.allocUnsafe(lengthBytes), 0, lengthBytes, offset)
      .catch((error: unknown) => Promise.reject(sourceError(this.path, error)));
    if (bytesRead < lengthBytes) throw this.fault(number, 'it was cut off while it was read');
    return buffer;
  }

  private guard<T>(number: number, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof PageFault ? this.fault(number, error.message) : error;
    }
  }

  private fault(number: number, what: string): InvalidInputError {
    return new InvalidInputError(
      `${this.path} cannot be read at page ${number}: ${what}; copy it again, or make it again with cn_clip's build_lmdb_dataset.py`,
    );
  }
}

/**
 * The first node whose key is not less than this key, and whether they are equal. The first key of a branch is less
 * than all others.
 */
function search(page: LmdbPage, key: Buffer): [index: number, isEqual: boolean] {
  let [low, high] = [page.isLeaf ? 0 : 1, page.nodeCount];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = Buffer.compare(page.key(middle), key);
    if (order === 0) return [middle, true];
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return [low, false];
}
