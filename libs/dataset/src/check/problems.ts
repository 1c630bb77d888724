import { ItemError, WentuError } from '@wentu/domain';

export interface Problem {
  /** For example `valid_imgs.tsv:12`. */
  readonly item: string;
  readonly code: string;
  readonly message: string;
}

/** The problems of a dataset: all are counted by code, the first ones of each code are kept. */
export class Problems {
  readonly counts: Record<string, number> = {};
  readonly listed: Problem[] = [];
  total = 0;

  constructor(private readonly maxListedPerCode: number) {}

  add(item: string, code: string, message: string): void {
    const count = (this.counts[code] ?? 0) + 1;
    this.counts[code] = count;
    this.total++;
    if (count <= this.maxListedPerCode) this.listed.push({ item, code, message });
  }

  /** @throws the error again when it is not an expected failure of the item */
  addError(item: string, error: unknown): void {
    if (!(error instanceof ItemError || error instanceof WentuError)) throw error;
    this.add(item, error.code, error.message);
  }
}
