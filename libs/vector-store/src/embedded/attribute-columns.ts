import { matches, type Attributes, type AttributeValue, type Filter } from '@wentu/domain';

/** The slots that match a filter. */
export abstract class Matching {
  abstract readonly count: number;
  private known: Uint32Array | undefined;

  abstract has(slot: number): boolean;

  /** One byte per slot: 1 for a match. */
  protected abstract bytes(): Uint8Array;

  /** The matching slots, ascending. */
  get list(): Uint32Array {
    if (this.known) return this.known;
    const bytes = this.bytes();
    const list = new Uint32Array(this.count);
    for (let slot = 0, place = 0; slot < bytes.length; slot++) if (bytes[slot] === 1) list[place++] = slot;
    return (this.known = list);
  }
}

/** The matches of several conditions. */
class MatchingBytes extends Matching {
  readonly count: number;

  constructor(private readonly matches: Uint8Array) {
    super();
    let count = 0;
    for (let slot = 0; slot < matches.length; slot++) count += matches[slot] as number;
    this.count = count;
  }

  has(slot: number): boolean {
    return this.matches[slot] === 1;
  }

  protected bytes(): Uint8Array {
    return this.matches;
  }
}

/** The matches of one condition. A search in a graph looks at a few slots only, so the others are never visited. */
class MatchingCodes extends Matching {
  readonly count: number;
  private readonly verdicts: Uint8Array;

  constructor(
    private readonly column: Column,
    condition: Condition,
    private readonly slots: number,
  ) {
    super();
    this.verdicts = column.verdicts(condition);
    let count = 0;
    column.frequencies.forEach((slotsOfCode, code) => (count += slotsOfCode * (this.verdicts[code] ?? 0)));
    this.count = count;
  }

  has(slot: number): boolean {
    return this.verdicts[this.column.codes[slot] ?? ABSENT] === 1;
  }

  protected bytes(): Uint8Array {
    return this.column.slotsWith(this.verdicts, this.slots);
  }
}

/** Filters whose results are kept until the next change. */
const KEPT_FILTERS = 8;
const FIRST_SLOTS = 256;
/** The code of an absent attribute. */
const ABSENT = 0;

type Condition = Extract<Filter, { readonly attribute: string }>;

/** The values of one attribute: a code per slot, and each distinct value once. */
class Column {
  /** The code of each value, by `keyOf`. Made with the first `set`, which a saved segment never calls. */
  private known: Map<string | number | boolean, number> | undefined;
  private counted: Uint32Array | undefined;

  constructor(
    readonly values: (AttributeValue | undefined)[] = [undefined],
    public codes = new Uint32Array(FIRST_SLOTS),
  ) {}

  set(slot: number, value: AttributeValue | undefined): void {
    if (slot >= this.codes.length) {
      const { codes } = this;
      this.codes = new Uint32Array(Math.max(slot + 1, 2 * codes.length));
      this.codes.set(codes);
    }
    this.codes[slot] = value === undefined ? ABSENT : this.codeOf(value);
    this.counted = undefined;
  }

  at(slot: number): AttributeValue | undefined {
    return this.values[this.codes[slot] ?? ABSENT];
  }

  /** The number of slots of each code. */
  get frequencies(): Uint32Array {
    if (this.counted) return this.counted;
    const { codes } = this;
    const counts = new Uint32Array(this.values.length);
    for (let slot = 0; slot < codes.length; slot++) (counts[codes[slot] as number] as number)++;
    return (this.counted = counts);
  }

  /** One byte per code: 1 where the value fulfils the condition on this attribute. An absent value never does. */
  verdicts(condition: Condition): Uint8Array {
    const { values } = this;
    const verdicts = new Uint8Array(values.length);
    // One object for all values. Without a prototype, each name of an attribute is a key like all others.
    const point = Object.create(null) as Record<string, AttributeValue>;
    for (let code = ABSENT + 1; code < values.length; code++) {
      point[condition.attribute] = values[code] as AttributeValue;
      if (matches(condition, point)) verdicts[code] = 1;
    }
    return verdicts;
  }

  /** One byte per slot: 1 where its code has this verdict. */
  slotsWith(verdicts: Uint8Array, slots: number): Uint8Array {
    const { codes } = this;
    const result = new Uint8Array(slots);
    const known = Math.min(slots, codes.length);
    for (let slot = 0; slot < known; slot++) result[slot] = verdicts[codes[slot] as number] as number;
    return result;
  }

  private codeOf(value: AttributeValue): number {
    this.known ??= new Map(this.values.map((each, code) => [each === undefined ? '' : keyOf(each), code]));
    const key = keyOf(value);
    const code = this.known.get(key) ?? this.values.push(value) - 1;
    this.known.set(key, code);
    return code;
  }
}

/** Different for a string and for a list. */
function keyOf(value: AttributeValue): string | number | boolean {
  if (typeof value === 'string') return `=${value}`;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

/**
 * Attributes of points by slot. Each attribute is a column, so a condition is evaluated once for each distinct value,
 * and then a filter takes one lookup per slot.
 */
export class AttributeColumns {
  private readonly columns = new Map<string, Column>();
  private readonly kept = new Map<string, Matching>();
  private slots = 0;

  /** Sets all attributes of a slot. */
  set(slot: number, attributes: Attributes): void {
    this.kept.clear();
    this.slots = Math.max(this.slots, slot + 1);
    for (const name of Object.keys(attributes)) if (!this.columns.has(name)) this.columns.set(name, new Column());
    for (const [name, column] of this.columns)
      column.set(slot, Object.hasOwn(attributes, name) ? attributes[name] : undefined);
  }

  at(slot: number): Attributes {
    const entries: [string, AttributeValue][] = [];
    for (const [name, column] of this.columns) {
      const value = column.at(slot);
      if (value !== undefined) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  }

  matching(filter: Filter): Matching {
    const key = JSON.stringify(filter);
    const known = this.kept.get(key);
    if (known) return known;
    const found = this.find(filter);
    const [oldest] = this.kept.keys();
    if (this.kept.size === KEPT_FILTERS && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, found);
    return found;
  }

  /** For `fromData`. */
  toData(): AttributeData {
    return {
      slots: this.slots,
      columns: Array.from(this.columns, ([name, column]) => ({
        name,
        values: column.values.map((value) => value ?? null),
        codes: Array.from(column.codes.subarray(0, this.slots)),
      })),
    };
  }

  static fromData({ slots, columns }: AttributeData): AttributeColumns {
    const read = new AttributeColumns();
    for (const { name, values, codes } of columns) {
      const known = values.map((value) => value ?? undefined);
      read.columns.set(name, new Column(known, Uint32Array.from(codes)));
    }
    read.slots = slots;
    return read;
  }

  private find(filter: Filter): Matching {
    const column = 'attribute' in filter ? this.columns.get(filter.attribute) : undefined;
    return column && 'attribute' in filter
      ? new MatchingCodes(column, filter, this.slots)
      : new MatchingBytes(this.evaluate(filter));
  }

  private evaluate(filter: Filter): Uint8Array {
    switch (filter.kind) {
      case 'and':
      case 'or': {
        const [first, ...rest] = filter.filters.map((one) => this.evaluate(one));
        const result = first ?? new Uint8Array(this.slots).fill(filter.kind === 'and' ? 1 : 0);
        for (const other of rest)
          for (let slot = 0; slot < result.length; slot++) {
            const [one, two] = [result[slot] as number, other[slot] as number];
            result[slot] = filter.kind === 'and' ? one & two : one | two;
          }
        return result;
      }
      case 'not':
        return this.evaluate(filter.filter).map((one) => 1 - one);
      default: {
        const column = this.columns.get(filter.attribute);
        return column?.slotsWith(column.verdicts(filter), this.slots) ?? new Uint8Array(this.slots);
      }
    }
  }
}

/** The columns as plain data, for a file. */
export interface AttributeData {
  readonly slots: number;
  readonly columns: readonly {
    readonly name: string;
    /** Distinct values; the first one is null and stands for an absent attribute. */
    readonly values: readonly (AttributeValue | null)[];
    readonly codes: readonly number[];
  }[];
}
