/**
 * Maps items in order with at most `concurrency` calls at the same time. It reads its source no further ahead.
 * @param isAlone whether an item is mapped while no other item is being mapped
 */
export async function* mapOrdered<T, R>(
  source: AsyncIterable<T>,
  concurrency: number,
  map: (item: T) => Promise<R>,
  isAlone: (item: T) => boolean = () => false,
): AsyncGenerator<R> {
  const queue: Promise<R>[] = [];
  try {
    for await (const item of source) {
      if (isAlone(item)) {
        while (queue.length > 0) yield await (queue.shift() as Promise<R>);
        yield await map(item);
        continue;
      }
      const result = map(item);
      // The rejection is handled when the result is awaited. Until then it must not count as unhandled.
      result.catch(() => undefined);
      queue.push(result);
      if (queue.length >= concurrency) yield await (queue.shift() as Promise<R>);
    }
    while (queue.length > 0) yield await (queue.shift() as Promise<R>);
  } finally {
    await Promise.allSettled(queue);
  }
}

/**
 * Groups items until `maxItems` or `maxWeight` is reached. An item for which `isolated` returns true is a group of its
 * own.
 */
export async function* chunked<T>(
  source: AsyncIterable<T>,
  limits: { maxItems: number; maxWeight: number; weight(item: T): number; isolated(item: T): boolean },
): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  let weight = 0;
  for await (const item of source) {
    const alone = limits.isolated(item);
    if (alone && chunk.length > 0) {
      yield chunk;
      [chunk, weight] = [[], 0];
    }
    chunk.push(item);
    weight += limits.weight(item);
    if (alone || chunk.length >= limits.maxItems || weight >= limits.maxWeight) {
      yield chunk;
      [chunk, weight] = [[], 0];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Requests the next item of its source while the current one is in use: one item ahead, never more. */
export async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  const advance = (): Promise<IteratorResult<T>> => {
    const next = source.next();
    next.catch(() => undefined);
    return next;
  };
  let next = advance();
  try {
    for (;;) {
      const result = await next;
      if (result.done) return;
      next = advance();
      yield result.value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return(undefined);
  }
}

/** Leaves nulls out. */
export async function* present<T>(source: AsyncIterable<T | null>): AsyncGenerator<T> {
  for await (const item of source) if (item !== null) yield item;
}

export async function* from<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
