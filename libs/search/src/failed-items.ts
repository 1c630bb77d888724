import { noLoad, type LoadReader } from '@wentu/domain';

const PAGE = 1_000;

/** The items of a load that failed, as far as its ledger has them: files, and folders that could not be read. */
export class FailedItems {
  private constructor(private readonly items: ReadonlySet<string>) {}

  /** @throws NotFoundError when the load is not kept any more */
  static async of(loads: Pick<LoadReader, 'listFailures'>, jobId: number): Promise<FailedItems> {
    const items = new Set<string>();
    for (let offset = 0; ; offset += PAGE) {
      const failures = await loads.listFailures(jobId, PAGE, offset);
      for (const { item } of failures) items.add(item);
      if (failures.length < PAGE) break;
    }
    if (items.size === 0) throw noLoad(String(jobId));
    return new FailedItems(items);
  }

  get count(): number {
    return this.items.size;
  }

  /** Whether this item failed, or a folder above it. */
  has(item: string): boolean {
    // The folder itself is a dot.
    if (this.items.has(item) || this.items.has('.')) return true;
    for (let at = item.lastIndexOf('/'); at > 0; at = item.lastIndexOf('/', at - 1))
      if (this.items.has(item.slice(0, at))) return true;
    return false;
  }
}
