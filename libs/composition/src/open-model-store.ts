import type { Collection } from '@wentu/domain';
import { ModelStore } from '@wentu/models/store';
import type { Config } from './config';
import { hasDatabase, openMetadataStore } from './open-stores';

/** The models of the data folder; it may be used while a server is running. */
export function openModelStore(config: Config): ModelStore {
  return new ModelStore(config, async () => await listCollections(config));
}

async function listCollections(config: Config): Promise<Collection[]> {
  if (!hasDatabase(config)) return [];
  const store = await openMetadataStore(config, { readOnly: true });
  try {
    return await store.collections.list();
  } finally {
    await store.close();
  }
}
