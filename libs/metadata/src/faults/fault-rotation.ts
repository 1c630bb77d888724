import type { FaultKind } from './fault-plan';

/**
 * Gives each statement of a long sequence one kind of fault, another one in each run, because a run of all kinds takes
 * a minute. With WENTU_LONG_FAULTS=1 (`.ci/long`) each statement gets all kinds. WENTU_FAULT_SEED repeats a run.
 */
export class FaultRotation {
  readonly seed = Number(process.env['WENTU_FAULT_SEED'] ?? Math.floor(Math.random() * 1_000));
  private readonly isLong = process.env['WENTU_LONG_FAULTS'] === '1';

  constructor(private readonly kinds: readonly FaultKind[]) {}

  /** @param at number of the statement, from 1 */
  kindsAt(at: number): readonly FaultKind[] {
    return this.isLong ? this.kinds : [this.kinds[(at + this.seed) % this.kinds.length] as FaultKind];
  }
}
