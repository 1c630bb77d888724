import { matches, type AttributeValue, type Filter } from '@wentu/domain';

/** A condition on one attribute. */
export type AttributeCondition = Extract<Filter, { readonly attribute: string }>;

const FIRST_SLOTS = 256;
/** The code of an absent text, boolean or list. */
export const ABSENT = 0;

/** The values of one attribute by slot: numbers as they are, each other value as a code. */
export class AttributeColumn {
  /** The other values by code; the first one stands for an absent value. */
  readonly values: (Exclude<AttributeValue, number> | undefined)[] = [undefined];
  private readonly known = new Map<string, number>();
  private codes: Uint32Array<ArrayBuffer> | undefined;
  private numbers: Float64Array<ArrayBuffer> | undefined;

  set(slot: number, value: AttributeValue): void {
    if (typeof value === 'number') {
      this.numbers ??= new Float64Array(FIRST_SLOTS).fill(NaN);
      if (slot >= this.numbers.length) this.numbers = grown(this.numbers, new Float64Array(larger(slot)).fill(NaN));
      this.numbers[slot] = value;
      return;
    }
    this.codes ??= new Uint32Array(FIRST_SLOTS);
    if (slot >= this.codes.length) this.codes = grown(this.codes, new Uint32Array(larger(slot)));
    this.codes[slot] = this.codeOf(value);
  }

  numberAt(slot: number): number {
    return this.numbers?.[slot] ?? NaN;
  }

  /** Sets `mask` to 1 for the slots that match. */
  evaluate(condition: AttributeCondition, mask: Uint8Array): void {
    const verdicts = this.values.map((value) => value !== undefined && matchesValue(condition, value));
    this.markCodes(verdicts, mask);
    const test = numberTest(condition);
    if (!this.numbers || !test) return;
    const slots = Math.min(mask.length, this.numbers.length);
    for (let slot = 0; slot < slots; slot++) if (test(this.numbers[slot] as number)) mask[slot] = 1;
  }

  /** Sets `mask` to 1 for the slots whose value has the verdict. @param verdicts by code */
  markCodes(verdicts: readonly boolean[], mask: Uint8Array): void {
    if (!this.codes || !verdicts.includes(true)) return;
    const bits = Uint8Array.from(verdicts, Number);
    const slots = Math.min(mask.length, this.codes.length);
    for (let slot = 0; slot < slots; slot++) if (bits[this.codes[slot] as number] === 1) mask[slot] = 1;
  }

  /** How many slots of the mask have each code. */
  countCodes(mask: Uint8Array): Uint32Array {
    const counts = new Uint32Array(this.values.length);
    for (let slot = 0; slot < mask.length; slot++) {
      const code = this.codes?.[slot] ?? ABSENT;
      counts[code] = (counts[code] as number) + (mask[slot] as number);
    }
    return counts;
  }

  private codeOf(value: Exclude<AttributeValue, number>): number {
    const key = typeof value === 'string' ? `=${value}` : JSON.stringify(value);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const code = this.values.push(value) - 1;
    this.known.set(key, code);
    return code;
  }
}

function matchesValue(condition: AttributeCondition, value: AttributeValue): boolean {
  return matches(condition, { [condition.attribute]: value });
}

/** A test of one number, or null when no number matches. NaN stands for an absent number and never matches. */
function numberTest(condition: AttributeCondition): ((value: number) => boolean) | null {
  switch (condition.kind) {
    case 'exists':
      return (value) => !Number.isNaN(value);
    case 'equal':
    case 'oneOf': {
      const wanted = condition.kind === 'equal' ? [condition.value] : condition.values;
      const numbers = new Set(wanted.filter((value) => typeof value === 'number'));
      return numbers.size === 0 ? null : (value) => numbers.has(value);
    }
    case 'range': {
      const { from = -Infinity, to = Infinity } = condition;
      return (value) => from <= value && value <= to;
    }
    case 'inFolder':
      return null;
  }
}

function larger(slot: number): number {
  return Math.max(FIRST_SLOTS, Math.ceil(1.5 * (slot + 1)));
}

function grown<Numbers extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}
