import { ModelStore, type CollectionSpaces } from '@wentu/models/store';
import type { Config } from './config';
import { hasDatabase, openMetadataStore } from './open-stores';

/** The models of the data folder; it may be used while a server is running. */
export function openModelStore(config: Config): ModelStore {
  return new ModelStore(config, async () => await listSpaces(config));
}

async function listSpaces(config: Config): Promise<CollectionSpaces[]> {
  if (!hasDatabase(config)) return [];
  const store = await openMetadataStore(config, { readOnly: true });
  try {
    const spaces: CollectionSpaces[] = [];
    for (const { id, name } of await store.collections.list())
      spaces.push({ name, spaces: await store.collections.listSpaces(id) });
    return spaces;
  } finally {
    await store.close();
  }
}
