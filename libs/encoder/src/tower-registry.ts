/** An open tower of a model in this thread. */
interface Closable {
  close(): Promise<void>;
}

export interface TowerSource<Tower extends Closable> {
  /** Equal for the same tower only. */
  readonly key: string;
  /** The approximate memory of the tower: the size of its weights. */
  readonly sizeBytes: number;
  open(): Promise<Tower>;
}

/** A tower that stays open until `release`. */
export interface HeldTower<Tower> {
  readonly tower: Tower;
  readonly release: () => void;
}

interface Entry<Tower> {
  readonly key: string;
  readonly sizeBytes: number;
  readonly tower: Promise<Tower>;
  isOpen: boolean;
  users: number;
}

/**
 * Towers of several models, opened on first use. Above `maxBytes` the least recently used towers are closed, but never
 * one in use, nor the one that was used last. A tower that is larger than the limit is open alone.
 */
export class TowerRegistry<Tower extends Closable> {
  /** In order of use, least recently used first. */
  private readonly open = new Map<string, Entry<Tower>>();
  private closing: Promise<unknown> = Promise.resolve();
  private isClosed = false;
  private readonly onEmpty: (() => void)[] = [];

  constructor(private readonly maxBytes: number) {}

  /** The keys of towers that are open or being opened, least recently used first. */
  get keys(): readonly string[] {
    return [...this.open.keys()];
  }

  /** The keys of towers whose opening has ended, least recently used first. */
  get openKeys(): readonly string[] {
    return [...this.open.values()].filter(({ isOpen }) => isOpen).map(({ key }) => key);
  }

  /** Runs `work` with the tower, which stays open until the work has ended. Concurrent calls share one opening. */
  async use<Result>(source: TowerSource<Tower>, work: (tower: Tower) => Promise<Result>): Promise<Result> {
    const { tower, release } = await this.hold(source);
    try {
      return await work(tower);
    } finally {
      release();
    }
  }

  /** Opens the tower, or takes the open one. The caller releases it. */
  async hold(source: TowerSource<Tower>): Promise<HeldTower<Tower>> {
    if (this.isClosed) throw new Error('the registry of towers was closed');
    const entry = this.take(source.key) ?? this.add(source);
    let isHeld = true;
    const release = (): void => {
      if (isHeld) entry.users--;
      isHeld = false;
      this.shrink();
    };
    try {
      return { tower: await entry.tower, release };
    } catch (error) {
      // The next call tries to open it again.
      if (this.open.get(entry.key) === entry) this.open.delete(entry.key);
      release();
      throw error;
    }
  }

  /** Waits until no tower is in use, then closes all. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.shrink();
    if (this.open.size > 0) await new Promise<void>((resolve) => this.onEmpty.push(resolve));
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
  private add(source: TowerSource<Tower>): Entry<Tower> {
    const { key, sizeBytes } = source;
    this.shrink(sizeBytes);
    // A tower that is being closed still occupies its memory.
    const tower = this.closing.then(() => source.open());
    const entry: Entry<Tower> = { key, sizeBytes, tower, isOpen: false, users: 1 };
    tower.then(
      () => (entry.isOpen = true),
      // `hold` reports the error.
      () => undefined,
    );
    this.open.set(key, entry);
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
    if (this.isClosed && this.open.size === 0) for (const resolve of this.onEmpty.splice(0)) resolve();
  }
}
