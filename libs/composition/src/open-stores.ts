import { existsSync } from 'node:fs';
import { storeIdentity } from '@wentu/data-folder';
import type { MetadataStore, VectorStore } from '@wentu/domain';
import { openSqliteStore } from '@wentu/metadata';
import type { Remote } from '@wentu/worker-rpc';
import type { Config } from './config';

/** Longest time of a call of somebody who waits for an answer. */
const READ_MS = 10_000;

/**
 * The store that the settings name. To read, a file has to be there already; a server may be away in either case.
 * @param onStuck called when the file's connection is in a transaction that only the end of the process can end
 * @throws ConflictError when the data folder has used another one, or it is gone
 */
export async function openMetadataStore(
  { database, dataDir }: Pick<Config, 'database' | 'dataDir'>,
  { readOnly = false, onStuck }: { readOnly?: boolean; onStuck?: (error: Error) => void } = {},
): Promise<MetadataStore> {
  const identity = storeIdentity(dataDir, !readOnly);
  if (database.kind === 'sqlite')
    return await openSqliteStore({ path: database.path, readOnly, identity, ...(onStuck ? { onStuck } : {}) });
  const { openMysqlStore } = await import('@wentu/metadata/mysql');
  const url = database.url;
  return openMysqlStore({ url, identity, ...(readOnly ? { statementMs: READ_MS, deadlineMs: READ_MS } : {}) });
}

/** Whether there is one that could be read. */
export function hasDatabase({ database }: Pick<Config, 'database'>): boolean {
  return database.kind === 'mysql' || existsSync(database.path);
}

/**
 * The index that the settings name. One that is embedded lives in the index worker; each thread has its own connection
 * to a server. Indexes have the store's id in their names: several Wentus may share a server, and the ids of another
 * store that a data folder had before belong to other pictures.
 * @param embedded null unless the settings name it
 */
export async function openVectorStore(
  { milvus }: Pick<Config, 'milvus'>,
  embedded: Remote<VectorStore> | null,
  store: Pick<MetadataStore, 'storeId'>,
): Promise<VectorStore> {
  const prefix = async (): Promise<string> => await indexPrefix(store);
  if (embedded) return new PrefixedIndexes(new EmbeddedElsewhere(embedded), prefix);
  // The SDK takes a while to load, and many never need it.
  const { MilvusVectorStore } = await import('@wentu/vector-store/milvus');
  return new PrefixedIndexes(await MilvusVectorStore.open(milvus), prefix);
}

/** The first characters of the names of a store's indexes. */
export async function indexPrefix(store: Pick<MetadataStore, 'storeId'>): Promise<string> {
  return `s${(await store.storeId()).replaceAll('-', '').slice(0, 16)}_`;
}

/** The calls of an embedded index in another thread; what it is, is known here. */
class EmbeddedElsewhere implements VectorStore {
  readonly isRemote = false;

  constructor(private readonly remote: Remote<VectorStore>) {}

  ping: VectorStore['ping'] = () => this.remote.ping();
  ensure: VectorStore['ensure'] = (...args) => this.remote.ensure(...args);
  upsert: VectorStore['upsert'] = (...args) => this.remote.upsert(...args);
  search: VectorStore['search'] = (...args) => this.remote.search(...args);
  delete: VectorStore['delete'] = (...args) => this.remote.delete(...args);
  listIds: VectorStore['listIds'] = (...args) => this.remote.listIds(...args);
  count: VectorStore['count'] = (...args) => this.remote.count(...args);
  drop: VectorStore['drop'] = (...args) => this.remote.drop(...args);
  /** Its thread closes it. */
  close: VectorStore['close'] = async () => undefined;
}

class PrefixedIndexes implements VectorStore {
  readonly isRemote: boolean;
  private known: string | undefined;

  constructor(
    private readonly vectors: VectorStore,
    private readonly prefix: () => Promise<string>,
  ) {
    this.isRemote = vectors.isRemote;
  }

  ping: VectorStore['ping'] = () => this.vectors.ping();
  ensure: VectorStore['ensure'] = async (index, ...rest) => this.vectors.ensure(await this.name(index), ...rest);
  upsert: VectorStore['upsert'] = async (index, ...rest) => this.vectors.upsert(await this.name(index), ...rest);
  search: VectorStore['search'] = async (index, ...rest) => this.vectors.search(await this.name(index), ...rest);
  delete: VectorStore['delete'] = async (index, ...rest) => this.vectors.delete(await this.name(index), ...rest);
  listIds: VectorStore['listIds'] = async (index, ...rest) => this.vectors.listIds(await this.name(index), ...rest);
  count: VectorStore['count'] = async (index, ...rest) => this.vectors.count(await this.name(index), ...rest);
  drop: VectorStore['drop'] = async (index, ...rest) => this.vectors.drop(await this.name(index), ...rest);
  close: VectorStore['close'] = () => this.vectors.close();

  private async name(index: string): Promise<string> {
    this.known ??= await this.prefix();
    return this.known + index;
  }
}
