import { distanceKm, type AttributePage, type Attributes, type ImageFilter } from '@wentu/domain';
import { AttributeColumn } from './attribute-column';

const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;

/** The attributes of READY rows by slot, in the order of their ids. An imageId is kept as its folder only. */
export class AttributeTable {
  readonly folders = new AttributeColumn();
  private readonly columns = new Map<string, AttributeColumn>();
  private readonly slotIds: number[] = [];
  /** What the clock of the camera showed, in milliseconds as if it were UTC; NaN without takenAt. */
  private readonly slotTimes: number[] = [];
  /** 1 for a slot whose row is READY. */
  private readonly live: number[] = [];
  private liveCount = 0;

  /** Number of READY rows. */
  get size(): number {
    return this.liveCount;
  }

  /** Number of slots, also of those whose rows are not READY any more. */
  get slots(): number {
    return this.slotIds.length;
  }

  /** The largest id; 0 without any. */
  get newestId(): number {
    return this.slotIds.at(-1) ?? 0;
  }

  /** Adds rows with larger ids than all others. */
  append({ ids, attributes }: AttributePage): void {
    for (const [i, id] of ids.entries()) {
      const { imageId, ...others } = attributes[i] ?? {};
      const slot = this.slotIds.push(id) - 1;
      this.live.push(1);
      this.liveCount++;
      this.folders.set(slot, folderOf(String(imageId)));
      for (const [name, value] of Object.entries(others)) this.columnOf(name).set(slot, value);
      this.slotTimes.push(localTime(others));
    }
  }

  /** Leaves only the rows with these ids. @param ids ascending */
  keepOnly(ids: readonly number[]): void {
    let at = 0;
    this.liveCount = 0;
    for (const [slot, id] of this.slotIds.entries()) {
      while ((ids[at] ?? Infinity) < id) at++;
      this.live[slot] = ids[at] === id ? 1 : 0;
      this.liveCount += this.live[slot];
    }
  }

  /**
   * 1 for each slot of a READY row that matches.
   * @param idsOf the ids of the images that `imageIdsIn` named
   */
  mask(filter: ImageFilter | null, idsOf: ReadonlyMap<string, number>): Uint8Array {
    const mask = Uint8Array.from(this.live);
    if (!filter) return mask;
    const matching = this.evaluate(filter, idsOf);
    for (let slot = 0; slot < mask.length; slot++) mask[slot] = (mask[slot] as number) & (matching[slot] as number);
    return mask;
  }

  /** The ids of the slots in a mask, ascending. */
  idsIn(mask: Uint8Array): number[] {
    const ids: number[] = [];
    for (let slot = mask.indexOf(1); slot !== -1; slot = mask.indexOf(1, slot + 1))
      ids.push(this.slotIds[slot] as number);
    return ids;
  }

  column(name: string): AttributeColumn | undefined {
    return this.columns.get(name);
  }

  /** The day where the picture was taken, in days since 1970; NaN without takenAt. */
  dayAt(slot: number): number {
    return Math.floor((this.slotTimes[slot] as number) / MS_PER_DAY);
  }

  private evaluate(filter: ImageFilter, idsOf: ReadonlyMap<string, number>): Uint8Array {
    const mask = new Uint8Array(this.slots);
    switch (filter.kind) {
      case 'and':
      case 'or': {
        const isAll = filter.kind === 'and';
        mask.fill(Number(isAll));
        for (const one of filter.filters) {
          const other = this.evaluate(one, idsOf);
          for (let slot = 0; slot < mask.length; slot++) {
            const [a, b] = [mask[slot] as number, other[slot] as number];
            mask[slot] = isAll ? a & b : a | b;
          }
        }
        return mask;
      }
      case 'not':
        return this.evaluate(filter.filter, idsOf).map((one) => 1 - one);
      case 'near':
        this.markNear(filter, mask);
        return mask;
      case 'takenLocally': {
        const { from = -Infinity, to = Infinity } = filter;
        for (const [slot, time] of this.slotTimes.entries()) mask[slot] = Number(from <= time && time <= to);
        return mask;
      }
      default:
        if (filter.attribute === 'imageId') this.markImageIds(filter, idsOf, mask);
        else this.columns.get(filter.attribute)?.evaluate(filter, mask);
        return mask;
    }
  }

  private markNear(circle: Extract<ImageFilter, { kind: 'near' }>, mask: Uint8Array): void {
    const [latitudes, longitudes] = [this.columns.get('latitude'), this.columns.get('longitude')];
    if (!latitudes || !longitudes) return;
    for (let slot = 0; slot < mask.length; slot++) {
      const place = { latitude: latitudes.numberAt(slot), longitude: longitudes.numberAt(slot) };
      // No place gives NaN, which is never less.
      if (distanceKm(circle, place) <= circle.km) mask[slot] = 1;
    }
  }

  private markImageIds(
    condition: Extract<ImageFilter, { attribute: string }>,
    idsOf: ReadonlyMap<string, number>,
    mask: Uint8Array,
  ): void {
    if (condition.kind === 'exists') mask.fill(1);
    if (condition.kind === 'inFolder') {
      const { folder } = condition;
      const verdicts = this.folders.values.map(
        (value) => typeof value === 'string' && (value === folder || value.startsWith(`${folder}/`)),
      );
      this.folders.markCodes(verdicts, mask);
    }
    for (const text of textsOf(condition)) {
      const slot = this.slotOf(idsOf.get(text));
      if (slot !== -1) mask[slot] = 1;
    }
  }

  private slotOf(id: number | undefined): number {
    let [low, high] = [0, this.slotIds.length - 1];
    while (id !== undefined && low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.slotIds[middle] as number;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  private columnOf(name: string): AttributeColumn {
    const known = this.columns.get(name);
    if (known) return known;
    const column = new AttributeColumn();
    this.columns.set(name, column);
    return column;
  }
}

/** The imageIds that the table has to know for a filter. */
export function imageIdsIn(filter: ImageFilter): string[] {
  if ('filters' in filter) return filter.filters.flatMap(imageIdsIn);
  if (filter.kind === 'not') return imageIdsIn(filter.filter);
  return 'attribute' in filter && filter.attribute === 'imageId' ? textsOf(filter) : [];
}

/** A folder may also be the imageId of an image. */
function textsOf(condition: Extract<ImageFilter, { attribute: string }>): string[] {
  const values =
    condition.kind === 'oneOf'
      ? condition.values
      : condition.kind === 'equal'
        ? [condition.value]
        : condition.kind === 'inFolder'
          ? [condition.folder]
          : [];
  return values.filter((value) => typeof value === 'string');
}

/** The text before the last slash; empty without one. */
function folderOf(imageId: string): string {
  return imageId.slice(0, Math.max(0, imageId.lastIndexOf('/')));
}

function localTime({ takenAt, takenAtOffset = 0 }: Attributes): number {
  return typeof takenAt === 'number' ? takenAt + Number(takenAtOffset) * MS_PER_MINUTE : NaN;
}
