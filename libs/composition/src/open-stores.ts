import { existsSync } from 'node:fs';
import { lastBackup, storeIdentity } from '@wentu/data-folder';
import { DamagedStoreError, isDamaged, WentuError, type MetadataStore, type VectorStore } from '@wentu/domain';
import { openSqliteStore } from '@wentu/metadata';
import { measured } from '@wentu/telemetry';
import type { Remote } from '@wentu/worker-rpc';
import type { Config } from './config';
import { measuredStore } from './measured-store';

/** The time limit for a store call that a client waits for. */
const READ_MS = 10_000;

/**
 * Opens the metadata store of the settings. With `readOnly` a SQLite file must exist already; a MySQL server may be
 * unavailable.
 * @param onStuck called when the SQLite connection is in a transaction that only the end of the process can end
 * @throws ConflictError when the data folder was used with another store, or its store has disappeared
 */
export async function openMetadataStore(
  { database, dataDir }: Pick<Config, 'database' | 'dataDir'>,
  { readOnly = false, onStuck }: { readOnly?: boolean; onStuck?: (error: Error) => void } = {},
): Promise<MetadataStore> {
  const identity = storeIdentity(dataDir, !readOnly);
  if (database.kind === 'sqlite') {
    const options = { path: database.path, readOnly, identity, ...(onStuck ? { onStuck } : {}) };
    return measuredStore(
      await openSqliteStore(options).catch((error: unknown) => {
        throw namingBackup(error, dataDir);
      }),
    );
  }
  const { openMysqlStore } = await import('@wentu/metadata/mysql');
  const url = database.url;
  const limits = readOnly ? { statementMs: READ_MS, deadlineMs: READ_MS } : {};
  return measuredStore(openMysqlStore({ url, identity, ...limits }));
}

/** The error with the place of the last backup, if the store is damaged and a backup was made. */
export function namingBackup(error: unknown, dataDir: string): unknown {
  const backup = isDamaged(error) ? lastBackup(dataDir) : null;
  if (!backup || !(error instanceof WentuError)) return error;
  return new DamagedStoreError(`${error.message}. The last backup is in ${backup.folder}, of ${backup.madeAt}`, {
    cause: error.cause,
    publicMessage: error.publicMessage,
  });
}

/** Whether there is a database that could be read. */
export function hasDatabase({ database }: Pick<Config, 'database'>): boolean {
  return database.kind === 'mysql' || existsSync(database.path);
}

/**
 * Opens the index of the settings. The embedded index lives in the index worker; each thread has its own connection to
 * Milvus. Names of indexes contain the store's id, because several installations may share a Milvus, and because
 * another store that the data folder was used with before gave the same ids to other images.
 * @param embedded null unless the settings name the embedded index
 */
export async function openVectorStore(
  { milvus }: Pick<Config, 'milvus'>,
  embedded: Remote<VectorStore> | null,
  store: Pick<MetadataStore, 'storeId'>,
): Promise<VectorStore> {
  const prefix = async (): Promise<string> => await indexPrefix(store);
  const named = (vectors: VectorStore): VectorStore =>
    new PrefixedIndexes(measured(vectors, 'index', 'vectors'), prefix);
  if (embedded) return named(new EmbeddedIndexProxy(embedded));
  // The Milvus SDK takes long to load, and many installations never need it.
  const { MilvusVectorStore } = await import('@wentu/vector-store/milvus');
  return named(await MilvusVectorStore.open(milvus));
}

/** The prefix of the index names of a store. */
export async function indexPrefix(store: Pick<MetadataStore, 'storeId'>): Promise<string> {
  return `s${(await store.storeId()).replaceAll('-', '').slice(0, 16)}_`;
}

/** Forwards the calls of the embedded index to another thread; its fixed properties are known here. */
class EmbeddedIndexProxy implements VectorStore {
  readonly isRemote = false;

  constructor(private readonly remote: Remote<VectorStore>) {}

  ping: VectorStore['ping'] = () => this.remote.ping();
  ensure: VectorStore['ensure'] = (...args) => this.remote.ensure(...args);
  upsert: VectorStore['upsert'] = (...args) => this.remote.upsert(...args);
  flush: VectorStore['flush'] = (...args) => this.remote.flush(...args);
  search: VectorStore['search'] = (...args) => this.remote.search(...args);
  delete: VectorStore['delete'] = (...args) => this.remote.delete(...args);
  pairs: VectorStore['pairs'] = (...args) => this.remote.pairs(...args);
  listIds: VectorStore['listIds'] = (...args) => this.remote.listIds(...args);
  count: VectorStore['count'] = (...args) => this.remote.count(...args);
  countMatching: VectorStore['countMatching'] = (...args) => this.remote.countMatching(...args);
  drop: VectorStore['drop'] = (...args) => this.remote.drop(...args);
  /** The index worker closes the index. */
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
  flush: VectorStore['flush'] = async (index, ...rest) => this.vectors.flush(await this.name(index), ...rest);
  search: VectorStore['search'] = async (index, ...rest) => this.vectors.search(await this.name(index), ...rest);
  delete: VectorStore['delete'] = async (index, ...rest) => this.vectors.delete(await this.name(index), ...rest);
  pairs: VectorStore['pairs'] = async (index, ...rest) => this.vectors.pairs(await this.name(index), ...rest);
  listIds: VectorStore['listIds'] = async (index, ...rest) => this.vectors.listIds(await this.name(index), ...rest);
  count: VectorStore['count'] = async (index, ...rest) => this.vectors.count(await this.name(index), ...rest);
  countMatching: VectorStore['countMatching'] = async (index, ...rest) =>
    this.vectors.countMatching(await this.name(index), ...rest);
  drop: VectorStore['drop'] = async (index, ...rest) => this.vectors.drop(await this.name(index), ...rest);
  close: VectorStore['close'] = () => this.vectors.close();

  private async name(index: string): Promise<string> {
    this.known ??= await this.prefix();
    return this.known + index;
  }
}
