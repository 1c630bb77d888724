/** Joins ids to groups by pairs: two ids are in one group when pairs connect them. */
export class IdGroups {
  /** Each id of a pair, and an id nearer to the root of its group. */
  private readonly parents = new Map<number, number>();

  get size(): number {
    return this.parents.size;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.rootOf(a), this.rootOf(b)];
    // The smaller id becomes the root, so the groups do not depend on the order of the pairs.
    if (first !== second) this.parents.set(Math.max(first, second), Math.min(first, second));
  }

  /** Ids ascending; groups by their smallest id. */
  groups(): number[][] {
    const groups = new Map<number, number[]>();
    for (const id of [...this.parents.keys()].sort((a, b) => a - b)) {
      const root = this.rootOf(id);
      const group = groups.get(root);
      if (group) group.push(id);
      else groups.set(root, [id]);
    }
    return [...groups.values()];
  }

  private rootOf(id: number): number {
    let root = id;
    for (let parent = this.parents.get(root); parent !== undefined && parent !== root; parent = this.parents.get(root))
      root = parent;
    if (!this.parents.has(root)) this.parents.set(root, root);
    // Shortens the way for the next call.
    for (let at = id; at !== root;) {
      const next = this.parents.get(at) ?? root;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }
}
