export interface Countable {
  readonly name: string;
  readonly imageCount: number;
}

/**
 * The collection to search: the one that was asked for, else `default` if it has pictures, else `samples`, else any with
 * pictures: the server's rule for searches that name none. Undefined when the wanted one does not exist or no
 * collection holds a picture.
 */
export function pickCollection<T extends Countable>(collections: readonly T[], wanted: string | null): T | undefined {
  if (wanted !== null) return collections.find(({ name }) => name === wanted);
  const filled = collections.filter(({ imageCount }) => imageCount > 0);
  return filled.find(({ name }) => name === 'default') ?? filled.find(({ name }) => name === 'samples') ?? filled[0];
}
