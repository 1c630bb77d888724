import type { Collection, CollectionReader } from '@wentu/domain';
import { findDefaultCollection } from './default-collection';

/** Ordered by name, as the store lists them. */
function readerOf(counts: Readonly<Record<string, number>>) {
  const collections = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, imageCount], id): Collection => ({
      ...{ id, name, imageCount, sizeBytes: 0, createdAt: new Date(0) },
      activeSpace: { id: 9, model: 'm', space: 's', dimension: 2 },
    }));
  return {
    list: async () => collections,
    find: async (name) => collections.find((collection) => collection.name === name) ?? null,
  } satisfies Pick<CollectionReader, 'find' | 'list'>;
}

test.each([
  [{ default: 1, samples: 300 }, 'default'],
  [{ default: 0, samples: 300 }, 'samples'],
  [{ samples: 300, 'a family': 5 }, 'samples'],
  [{ default: 0, samples: 0, pets: 3, family: 5 }, 'family'],
  [{ default: 0, pets: 0 }, 'default'],
  [{}, 'default'],
])('with the image counts %j, the default collection is %s', async (counts, expected) => {
  expect(await findDefaultCollection(readerOf(counts))).toBe(expected);
});
