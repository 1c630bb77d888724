import { InvalidInputError } from '@wentu/domain';
import { checkInteger } from '../point-checks';
import { INDEX_TYPES, isIndexType, type IndexParams, type IndexType } from './index-types';

export const SEARCH_CONSISTENCIES = ['strong', 'session'] as const;
export type SearchConsistency = (typeof SEARCH_CONSISTENCIES)[number];

export interface MilvusStoreOptions {
  /** host:port; with `https://` before it, TLS is used. */
  readonly address: string;
  /** An API key, or USER:PASSWORD; instead of `username` and `password`. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** It must exist. Default: the server's default database. */
  readonly database?: string;
  /** Uses TLS and checks the server's certificate. Default false. */
  readonly tls?: boolean;
  /** PEM file of the certificate authorities to trust instead of Node's; only with TLS. */
  readonly caFile?: string;
  /**
   * Prefix of every collection name, which distinguishes the collections of Wentu in a shared database. Default
   * `wentu_`.
   */
  readonly collectionPrefix?: string;
  /** Type of the indexes that `ensure` creates; existing indexes are not changed. Default HNSW. */
  readonly indexType?: IndexType;
  /** Build parameters, e.g. `{ M: 32 }`; they override the defaults of the index type. */
  readonly indexParams?: IndexParams;
  /** Search parameters, e.g. `{ ef: 256 }`; they override the defaults, only for indexes of `indexType`. */
  readonly searchParams?: IndexParams;
  /**
   * The writes that a search sees. `strong`: all writes of all clients. `session`: the writes of this store, and the
   * writes of others a moment later; the search does not wait for the next time tick of the server (0.3 s on milvus
   * 2.3.5). Counts and lists of ids are always strong. Default strong.
   */
  readonly searchConsistency?: SearchConsistency;
  /** Number of copies in memory, each on another query node of a cluster. Default 1. */
  readonly replicas?: number;
  /** Time limit of a request that reads, including its retries. Default 10,000. */
  readonly timeoutMs?: number;
  /** Time limit of a request that writes, and of loading a collection. Default 60,000. */
  readonly writeTimeoutMs?: number;
  /** Number of retries while Milvus is away or overloaded, within the time limit. Default 3. */
  readonly maxRetries?: number;
}

export type MilvusSettings = Required<
  Omit<MilvusStoreOptions, 'token' | 'username' | 'password' | 'database' | 'caFile'>
> &
  Pick<MilvusStoreOptions, 'token' | 'username' | 'password' | 'database' | 'caFile'>;

const DEFAULTS = {
  tls: false,
  collectionPrefix: 'wentu_',
  indexType: 'HNSW',
  indexParams: {},
  searchParams: {},
  searchConsistency: 'strong',
  replicas: 1,
  timeoutMs: 10_000,
  writeTimeoutMs: 60_000,
  maxRetries: 3,
} as const;

const DAY_MS = 86_400_000;
const ADDRESS = /^(https?:\/\/)?[^\s/:@]+(:\d{1,5})?\/?$|^(https?:\/\/)?\[[0-9a-f:]+\](:\d{1,5})?\/?$/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** @throws InvalidInputError */
export function milvusSettings(options: MilvusStoreOptions): MilvusSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = { ...DEFAULTS, ...given } as MilvusSettings;
  const { address, collectionPrefix, indexType, token, username, password, caFile } = settings;
  // The message does not contain the address, because a password may be in it.
  if (address.includes('@')) {
    throw new InvalidInputError(
      'the Milvus address contains a user or a password; give HOST:PORT, and the user as MILVUS_USERNAME and MILVUS_PASSWORD',
    );
  }
  if (!ADDRESS.test(address)) {
    throw new InvalidInputError(
      `the Milvus address '${address}' is not valid; give HOST:PORT, such as localhost:19530`,
    );
  }
  if (!NAME.test(collectionPrefix)) {
    throw new InvalidInputError(
      `the collection prefix '${collectionPrefix}' is not valid; give a letter or '_' and then letters, digits and '_', at most 100`,
    );
  }
  if (!isIndexType(indexType)) {
    throw new InvalidInputError(`there is no index type '${String(indexType)}'; give one of ${INDEX_TYPES.join(', ')}`);
  }
  if (!SEARCH_CONSISTENCIES.includes(settings.searchConsistency)) {
    throw new InvalidInputError(
      `there is no search consistency '${settings.searchConsistency}'; give one of ${SEARCH_CONSISTENCIES.join(', ')}`,
    );
  }
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    throw new InvalidInputError('both a token and a user are set for Milvus; set only one of them');
  }
  if ((username === undefined) !== (password === undefined)) {
    throw new InvalidInputError('only a user or only a password is set for Milvus; set both');
  }
  const tls = settings.tls || address.startsWith('https://');
  if (caFile !== undefined && !tls) {
    throw new InvalidInputError(`the CA file '${caFile}' is used only with TLS; switch TLS on too`);
  }
  checkParams('index', settings.indexParams);
  checkParams('search', settings.searchParams);
  checkInteger('replicas', settings.replicas, 1, 1_000);
  checkInteger('timeoutMs', settings.timeoutMs, 1, DAY_MS);
  checkInteger('writeTimeoutMs', settings.writeTimeoutMs, 1, DAY_MS);
  checkInteger('maxRetries', settings.maxRetries, 0, 100);
  return Object.freeze({
    ...settings,
    tls,
    indexParams: Object.freeze({ ...settings.indexParams }),
    searchParams: Object.freeze({ ...settings.searchParams }),
  });
}

function checkParams(kind: string, params: IndexParams): void {
  for (const [name, value] of Object.entries(params)) {
    if (!Number.isFinite(value)) {
      throw new InvalidInputError(`the ${kind} parameter ${name} is ${String(value)}; give a number`);
    }
  }
}
