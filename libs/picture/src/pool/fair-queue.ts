/** An item of a `FairQueue`. */
export interface Queued {
  /** Items of one flow are served in their order. */
  readonly flow: string;
  /** The amount of work; larger than 0. */
  readonly cost: number;
  /** While two flows wait, a flow of weight 4 is served four times as much work as a flow of weight 1. */
  readonly weight: number;
}

interface Entry<T> {
  readonly item: T;
  /** Virtual finish time: when the item would be done if all flows were served at the same time. */
  readonly tag: number;
}

/**
 * Weighted fair queueing: an item starts at the virtual time of the item that is served now, and the time to its finish
 * is its cost divided by its weight. Much work in one flow does not delay another flow, and every flow is served.
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

  /** Puts an item that was served before at the front of its flow, to serve it again. */
  putBack(item: T): void {
    const waiting = this.flows.get(item.flow) ?? [];
    waiting.unshift({ item, tag: this.now });
    this.flows.set(item.flow, waiting);
  }

  /** The next item to serve, from the flows for which `isEligible` is true. */
  peek(isEligible: (flow: string) => boolean): T | undefined {
    let first: Entry<T> | undefined;
    for (const [name, [entry]] of this.flows)
      if (entry && (!first || entry.tag < first.tag) && isEligible(name)) first = entry;
    return first?.item;
  }

  /** @param served true: the item is served now; false: it has left the queue */
  remove(item: T, served: boolean): void {
    const waiting = this.flows.get(item.flow);
    const at = waiting?.findIndex((entry) => entry.item === item) ?? -1;
    if (!waiting || at < 0) return;
    const [entry] = waiting.splice(at, 1);
    if (served && entry) this.now = Math.max(this.now, entry.tag);
    if (waiting.length === 0) this.flows.delete(item.flow);
  }

  /** All waiting items. */
  *[Symbol.iterator](): Generator<T> {
    for (const flow of this.flows.values()) for (const { item } of flow) yield item;
  }
}
