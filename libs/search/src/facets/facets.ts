import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  LimitExceededError,
  sentence,
  type Collection,
  type Contents,
  type ImageFilter,
  type ImageReader,
} from '@wentu/domain';
import { AttributeTable, imageIdsIn } from './attribute-table';
import { countFacet, type Facet, type FacetField } from './count-facets';

/** The part of the metadata store that facets read. */
type FacetReader = Pick<ImageReader, 'contents' | 'pageAttributes' | 'pageIdsInState' | 'findAll' | 'countMatching'>;

export interface FacetQuery {
  readonly fields: readonly FacetField[];
  /** Null: every image. Checked with `checkFilter`. */
  readonly filter: ImageFilter | null;
  /** The folder whose folders FOLDER counts; '' for the whole collection. */
  readonly folder: string;
  /** Largest number of values of a field. */
  readonly limit: number;
}

/** Rows of all kept tables together, and of one collection: about 60 bytes each. */
const MAX_ROWS = 2_000_000;
/** Rows per read. Requests are answered between two reads. */
const PAGE = 2_000;
const ID_PAGE = 1_000_000;
/** A collection that changes during each read is answered as of the last one. */
const MAX_READS = 3;
/** The largest share of the images that counts as few. */
const MAX_FEW = 0.1;

interface Kept {
  table: AttributeTable;
  /** Of the rows when the table was begun. */
  withoutFacts: number;
  attributesVersion: number;
  /** Whether all rows were read at least once. */
  isRead: boolean;
  /** The last refresh. The next one begins after it. */
  refreshing: Promise<unknown>;
}

/**
 * Counts images by their attributes. The attributes of the last used collections are kept in memory, so a count is
 * exact and takes milliseconds under any filter, on every store.
 */
export class Facets {
  /** By collection, in the order of the last use. */
  private readonly kept = new Map<number, Kept>();

  constructor(private readonly images: FacetReader) {}

  async count(collection: Pick<Collection, 'id' | 'name'>, query: FacetQuery): Promise<Facet[]> {
    const { table, mask } = await this.matching(collection, query.filter);
    return query.fields.map((field) => countFacet(table, mask, field, query));
  }

  /**
   * The number of images that match: in memory if facets of the collection were counted before, otherwise by the store,
   * which takes less time than reading all attributes.
   */
  async countMatching(collection: Pick<Collection, 'id' | 'name'>, filter: ImageFilter): Promise<number> {
    if (!this.kept.has(collection.id)) return await this.images.countMatching(collection.id, filter);
    const { mask } = await this.matching(collection, filter);
    return mask.reduce((sum, one) => sum + one, 0);
  }

  /**
   * Ids of the images that match, ascending, if these are few. Null when they are many, and while the attributes in
   * memory are those of none or of earlier rows; they are being read then, so that a later call knows them.
   */
  async fewMatching(collection: Pick<Collection, 'id' | 'name'>, filter: ImageFilter): Promise<number[] | null> {
    const kept = this.kept.get(collection.id);
    if (!kept?.isRead || !hasSameAttributes(kept, await this.images.contents(collection.id))) {
      this.matching(collection, null).catch(() => undefined);
      return null;
    }
    const { table, mask } = await this.matching(collection, filter);
    const count = mask.reduce((sum, one) => sum + one, 0);
    return count > table.size * MAX_FEW ? null : table.idsIn(mask);
  }

  private async matching(
    { id, name }: Pick<Collection, 'id' | 'name'>,
    filter: ImageFilter | null,
  ): Promise<{ readonly table: AttributeTable; readonly mask: Uint8Array }> {
    const kept = this.keptOf(id);
    const refreshed = kept.refreshing.then(() => this.refresh(id, name, kept));
    kept.refreshing = refreshed.catch(() => undefined);
    await refreshed;
    const imageIds = filter ? imageIdsIn(filter) : [];
    const named = imageIds.length > 0 ? await this.images.findAll(id, imageIds) : [];
    const { table } = kept;
    return { table, mask: table.mask(filter, new Map(named.map((row) => [row.imageId, row.id]))) };
  }

  private keptOf(id: number): Kept {
    const kept = this.kept.get(id) ?? {
      table: new AttributeTable(),
      ...{ withoutFacts: 0, attributesVersion: 0, isRead: false, refreshing: Promise.resolve() },
    };
    this.kept.delete(id);
    this.kept.set(id, kept);
    return kept;
  }

  /** Brings the table in line with the rows. Other calls see a table that is read again only when it is complete. */
  private async refresh(id: number, name: string, kept: Kept): Promise<void> {
    let before: Contents | null = null;
    for (let reads = 0; reads < MAX_READS; reads++) {
      const contents = await this.images.contents(id);
      if (isCurrent(kept, contents) && !isSparse(kept.table)) break;
      if (contents.imageCount > MAX_ROWS) {
        this.kept.delete(id);
        throw tooLarge(name, contents.imageCount);
      }
      // The attributes of any row may have changed. A table that still differs lacks a row that became READY late.
      const isStale = !hasSameAttributes(kept, contents) || isEqual(before, contents);
      const table = isStale || isSparse(kept.table) ? new AttributeTable() : kept.table;
      await this.append(id, table, contents.newestId);
      if (table.size !== contents.imageCount) table.keepOnly(await this.readyIds(id));
      kept.table = table;
      kept.withoutFacts = contents.withoutFacts;
      kept.attributesVersion = contents.attributesVersion;
      before = contents;
    }
    kept.isRead = true;
    this.forgetOthers(id);
  }

  private async append(id: number, table: AttributeTable, newestId: number): Promise<void> {
    while (table.newestId < newestId) {
      const page = await this.images.pageAttributes(id, table.newestId, PAGE);
      if (page.ids.length === 0) return;
      table.append(page);
      await nextTurn();
    }
  }

  private async readyIds(id: number): Promise<number[]> {
    const ids: number[] = [];
    for (;;) {
      const page = await this.images.pageIdsInState(id, 'READY', ids.at(-1) ?? 0, ID_PAGE);
      for (const each of page) ids.push(each);
      if (page.length < ID_PAGE) return ids;
    }
  }

  private forgetOthers(id: number): void {
    let rows = 0;
    for (const { table } of this.kept.values()) rows += table.slots;
    for (const [other, { table }] of this.kept) {
      if (rows <= MAX_ROWS || other === id) return;
      rows -= table.slots;
      this.kept.delete(other);
    }
  }
}

/**
 * Ids of READY rows ascend, and no row becomes READY again. So a table with the newest row and as many rows as there
 * are has the same rows.
 */
function isCurrent(kept: Kept, contents: Contents): boolean {
  const { table } = kept;
  const isWhole = table.size === contents.imageCount && table.newestId >= contents.newestId;
  return isWhole && hasSameAttributes(kept, contents);
}

/** Whether no row has other attributes than when the table was begun. */
function hasSameAttributes({ withoutFacts, attributesVersion }: Kept, contents: Contents): boolean {
  return withoutFacts === contents.withoutFacts && attributesVersion === contents.attributesVersion;
}

/** Whether most of its rows are not READY any more. */
function isSparse({ size, slots }: AttributeTable): boolean {
  return size * 2 < slots;
}

function isEqual(one: Contents | null, other: Contents): boolean {
  return one?.imageCount === other.imageCount && one.newestId === other.newestId;
}

function tooLarge(name: string, imageCount: number): LimitExceededError {
  return new LimitExceededError(sentence('FACETS_TOO_MANY', { collection: name, count: imageCount, max: MAX_ROWS }));
}
