export interface Countable {
  readonly name: string;
  readonly imageCount: number;
}

/**
 * The collection to search: the wanted one, else `default` if it has pictures, else `samples`, else any with pictures.
 * The server has the same rule for searches without a collection. Undefined when the wanted one does not exist or no
 * collection has pictures.
 */
export function pickCollection<T extends Countable>(collections: readonly T[], wanted: string | null): T | undefined {
  if (wanted !== null) return collections.find(({ name }) => name === wanted);
  const filled = collections.filter(({ imageCount }) => imageCount > 0);
  return filled.find(({ name }) => name === 'default') ?? filled.find(({ name }) => name === 'samples') ?? filled[0];
}
