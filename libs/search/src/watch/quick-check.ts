import { stat } from 'node:fs/promises';
import type { Collection, DatasetItem, ImageReader } from '@wentu/domain';
import { fsPath } from '@wentu/file-access';
import { FileStates } from '../file-state';
import { locationOf, type SourceOfItems } from '../image-identity';
import { chunked } from '../streams';

export interface QuickCheckOptions extends SourceOfItems {
  readonly images: Pick<ImageReader, 'findVersions'>;
  /** Null until the collection exists. */
  readonly collection: () => Collection | null;
}

type PictureFile = NonNullable<DatasetItem['file']>;

/** A file that was changed less than this long ago may still be written. */
const SETTLED_MS = 2_000;
/** A file that cannot be decoded and is younger than this may be incomplete: its writer may pause. */
const YOUNG_MS = 20_000;
const ITEMS_PER_QUERY = 256;

/**
 * For loads that a watch starts: decides by path, size and time which files are unchanged, and leaves files that are
 * being written for the next load. A load that a user starts reads every file.
 */
export class QuickCheck {
  private readonly files = new FileStates();

  constructor(
    private readonly options: QuickCheckOptions,
    private readonly now: () => number = Date.now,
  ) {}

  /** Leaves out unchanged files and files that may still be written. @param counts get the numbers of both */
  async *changed(
    items: AsyncIterable<DatasetItem>,
    counts: { skipped: number; unsettled: number },
  ): AsyncGenerator<DatasetItem> {
    const limits = { maxItems: ITEMS_PER_QUERY, maxWeight: Infinity, weight: () => 0, isolated: () => false };
    for await (const chunk of chunked(items, limits)) {
      const known = await this.unchanged(chunk);
      const others = chunk.filter((item) => !known.has(item));
      const settled = others.filter(({ file }) => !file || this.age(file) >= SETTLED_MS);
      counts.skipped += known.size;
      counts.unsettled += others.length - settled.length;
      yield* settled;
    }
  }

  /** Whether a file is still as the walk found it. */
  async isAsFound({ file }: Pick<DatasetItem, 'file'>): Promise<boolean> {
    if (!file) return true;
    const now = await this.look(file);
    return now?.modifiedAtMs === file.modifiedAtMs && now.sizeBytes === file.sizeBytes;
  }

  /** Whether a picture that could not be loaded may be incomplete or gone: the next load decides about it. */
  async mayBeIncomplete({ file }: Pick<DatasetItem, 'file'>): Promise<boolean> {
    if (!file) return false;
    return this.age(file) < YOUNG_MS || !(await this.isAsFound({ file }));
  }

  private async unchanged(items: readonly DatasetItem[]): Promise<Set<DatasetItem>> {
    const found = new Set<DatasetItem>();
    const collection = this.options.collection();
    if (!collection) return found;
    const placed = items.map((item) => ({ item, location: locationOf(item, this.options) }));
    const locations = placed.flatMap(({ location }) => location ?? []);
    const { images } = this.options;
    const wanted = { locations, imageIds: [] };
    const { byLocation } = await images.findVersions(collection.id, collection.activeSpace.id, wanted);
    for (const { item, location } of placed) {
      const known = location === null ? undefined : byLocation.get(location);
      if (!known || known.fingerprint === null || known.isKept || known.original.kind !== 'reference') continue;
      const { path, modifiedAtMs, sizeBytes } = item.file ?? {};
      if (known.original.path === path && known.original.modifiedAtMs === modifiedAtMs && known.sizeBytes === sizeBytes)
        found.add(item);
    }
    return found;
  }

  /** A time in the future is that of another clock and says nothing, so the file counts as old. */
  private age({ modifiedAtMs }: PictureFile): number {
    const age = this.now() - modifiedAtMs;
    return age < -SETTLED_MS ? Infinity : Math.max(0, age);
  }

  private async look({ path }: PictureFile): Promise<Omit<PictureFile, 'path'> | null> {
    const found = await this.files.limit(stat(fsPath(path))).catch(() => null);
    return found && { modifiedAtMs: found.mtimeMs, sizeBytes: found.size };
  }
}
