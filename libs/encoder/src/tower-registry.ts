/** An open tower of a model in this thread. */
interface Closable {
  close(): Promise<void>;
}

export interface TowerSource<Tower extends Closable> {
  /** The approximate memory of the tower: the size of its weights. */
  readonly sizeBytes: number;
  open(): Promise<Tower>;
}

interface Entry<Tower> {
  readonly sizeBytes: number;
  readonly tower: Promise<Tower>;
  users: number;
}

/**
 * Towers of several models, opened on first use. Above `maxBytes` the least recently used towers are closed, but never
 * one in use. A tower that is larger than the limit is open alone.
 */
export class TowerRegistry<Tower extends Closable> {
  /** In order of use, least recently used first. */
  private readonly open = new Map<string, Entry<Tower>>();
  private closing: Promise<unknown> = Promise.resolve();
  private isClosed = false;

  /** @param find finds the tower of a key; its error goes to the caller when there is no such tower */
  constructor(
    private readonly find: (key: string) => Promise<TowerSource<Tower>>,
    private readonly maxBytes: number,
  ) {}

  /** The keys of open towers, least recently used first. */
  get keys(): readonly string[] {
    return [...this.open.keys()];
  }

  /** Runs `work` with the tower, which stays open until the work has ended. Concurrent calls share one opening. */
  async use<Result>(key: string, work: (tower: Tower) => Promise<Result>): Promise<Result> {
    const entry = this.take(key) ?? (await this.add(key));
    try {
      return await work(await entry.tower);
    } finally {
      entry.users--;
      this.shrink();
    }
  }

  /** Waits for the running work, then closes all towers. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.shrink();
    await this.closing;
  }

  /** Adds a user of an open tower and moves it to the end of the order. */
  private take(key: string): Entry<Tower> | undefined {
    const entry = this.open.get(key);
    if (!entry) return undefined;
    entry.users++;
    this.open.delete(key);
    this.open.set(key, entry);
    return entry;
  }

  /** Opens the tower for its first user. */
  private async add(key: string): Promise<Entry<Tower>> {
    if (this.isClosed) throw new Error('the registry of towers was closed');
    const source = await this.find(key);
    const added = this.take(key);
    if (added) return added;
    const { sizeBytes } = source;
    this.shrink(sizeBytes);
    // A tower that is being closed still occupies its memory.
    const tower = this.closing.then(() => source.open());
    const entry: Entry<Tower> = { sizeBytes, tower, users: 1 };
    this.open.set(key, entry);
    // The next call tries to open it again.
    tower.catch(() => {
      if (this.open.get(key) === entry) this.open.delete(key);
    });
    return entry;
  }

  /** Closes idle towers until the open ones and `wanted` bytes fit. After `close` it closes all idle ones. */
  private shrink(wanted = 0): void {
    let bytes = wanted;
    for (const { sizeBytes } of this.open.values()) bytes += sizeBytes;
    // The tower that was used last stays open, because it is the most likely to be used again.
    const last = wanted === 0 && !this.isClosed ? this.keys.at(-1) : undefined;
    for (const [key, entry] of this.open) {
      if (!this.isClosed && bytes <= this.maxBytes) return;
      if (entry.users > 0 || key === last) continue;
      this.open.delete(key);
      bytes -= entry.sizeBytes;
      const closed = entry.tower.then((tower) => tower.close()).catch(() => undefined);
      this.closing = Promise.all([this.closing, closed]);
    }
  }
}
