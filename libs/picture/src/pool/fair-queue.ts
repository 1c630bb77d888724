/** Waits in a `FairQueue`. */
export interface Queued {
  /** Those of one flow are served in their order. */
  readonly flow: string;
  /** How much work it is; larger than 0. */
  readonly cost: number;
  /** A flow of weight 4 is served four times as much work as one of weight 1, while both wait. */
  readonly weight: number;
}

interface Entry<T> {
  readonly item: T;
  /** Virtual time at which it would be done if all flows were served side by side. */
  readonly tag: number;
}

/**
 * Weighted fair queueing (start at the virtual time of what is served, end after the work by the weight): much work in
 * one flow does not delay another, and no flow waits for ever.
 */
export class FairQueue<T extends Queued> {
  private readonly flows = new Map<string, Entry<T>[]>();
  private now = 0;

  get length(): number {
    let sum = 0;
    for (const flow of this.flows.values()) sum += flow.length;
    return sum;
  }

  push(item: T): void {
    const waiting = this.flows.get(item.flow) ?? [];
    const tag = Math.max(this.now, waiting.at(-1)?.tag ?? 0) + item.cost / item.weight;
    waiting.push({ item, tag });
    this.flows.set(item.flow, waiting);
  }

  /** In front of its flow: it was served before, and has to be served again. */
  putBack(item: T): void {
    const waiting = this.flows.get(item.flow) ?? [];
    waiting.unshift({ item, tag: this.now });
    this.flows.set(item.flow, waiting);
  }

  /** What is to be served next, of the flows that `isEligible` names. */
  peek(isEligible: (flow: string) => boolean): T | undefined {
    let first: Entry<T> | undefined;
    for (const [name, [entry]] of this.flows)
      if (entry && (!first || entry.tag < first.tag) && isEligible(name)) first = entry;
    return first?.item;
  }

  /** @param served whether it is served, or has left */
  remove(item: T, served: boolean): void {
    const waiting = this.flows.get(item.flow);
    const at = waiting?.findIndex((entry) => entry.item === item) ?? -1;
    if (!waiting || at < 0) return;
    const [entry] = waiting.splice(at, 1);
    if (served && entry) this.now = Math.max(this.now, entry.tag);
    if (waiting.length === 0) this.flows.delete(item.flow);
  }

  /** All that wait. */
  *[Symbol.iterator](): Generator<T> {
    for (const flow of this.flows.values()) for (const { item } of flow) yield item;
  }
}
