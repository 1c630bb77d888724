/** A cache with a size limit in bytes. The least recently used entry is evicted first. */
export class ByteCache<V> {
  private readonly entries = new Map<string, { value: V; sizeBytes: number }>();
  private total = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    // A Map keeps the order of insertion. Inserting the entry again makes it the most recent.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: V, sizeBytes: number): void {
    this.remove(key);
    if (sizeBytes > this.maxBytes) return;
    this.entries.set(key, { value, sizeBytes });
    this.total += sizeBytes;
    for (const oldest of this.entries.keys()) {
      if (this.total <= this.maxBytes) break;
      this.remove(oldest);
    }
  }

  private remove(key: string): void {
    this.total -= this.entries.get(key)?.sizeBytes ?? 0;
    this.entries.delete(key);
  }
}
