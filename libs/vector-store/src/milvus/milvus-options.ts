import { InvalidInputError } from '@wentu/domain';
import { checkInteger } from '../point-checks';
import { INDEX_TYPES, isIndexType, type IndexParams, type IndexType } from './index-types';

export const SEARCH_CONSISTENCIES = ['strong', 'session'] as const;
export type SearchConsistency = (typeof SEARCH_CONSISTENCIES)[number];

export interface MilvusStoreOptions {
  /** host:port; `https://` before it means TLS. */
  readonly address: string;
  /** An API key, or USER:PASSWORD; instead of `username` and `password`. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** Has to exist. Default: the server's default database. */
  readonly database?: string;
  /** Speaks TLS and checks the server's certificate. Default false. */
  readonly tls?: boolean;
  /** PEM file of the authorities to trust instead of Node's; only with TLS. */
  readonly caFile?: string;
  /** Before the name of every collection, to tell them from others' in the same database. Default `wentu_`. */
  readonly collectionPrefix?: string;
  /** Of indexes that `ensure` makes; those that exist stay as they are. Default HNSW. */
  readonly indexType?: IndexType;
  /** Build parameters, e.g. `{ M: 32 }`; laid over the index type's defaults. */
  readonly indexParams?: IndexParams;
  /** Search parameters, e.g. `{ ef: 256 }`; laid over the defaults, on indexes of `indexType` only. */
  readonly searchParams?: IndexParams;
  /**
   * What a search sees. `strong`: all that anybody wrote. `session`: what this store wrote, and others' writes a moment
   * later; it does not wait for the server's next time tick, 0.3 s on milvus 2.3.5. Counts and lists of ids are always
   * strong. Default strong.
   */
  readonly searchConsistency?: SearchConsistency;
  /** Copies in memory, each on another query node of a cluster. Default 1. */
  readonly replicas?: number;
  /** For one request that reads, its repetitions included. Default 10,000. */
  readonly timeoutMs?: number;
  /** For one request that changes something, and for loading a collection. Default 60,000. */
  readonly writeTimeoutMs?: number;
  /** How often a request is repeated while Milvus is away or overloaded, within its time. Default 3. */
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
  // It is not shown: a password may be in it.
  if (address.includes('@')) {
    throw new InvalidInputError(
      'the Milvus address holds a user or a password; give HOST:PORT, and the user as MILVUS_USERNAME and MILVUS_PASSWORD',
    );
  }
  if (!ADDRESS.test(address)) {
    throw new InvalidInputError(`the Milvus address '${address}' is none; give HOST:PORT, such as localhost:19530`);
  }
  if (!NAME.test(collectionPrefix)) {
    throw new InvalidInputError(
      `the collection prefix '${collectionPrefix}' is none; give a letter or '_' and then letters, digits and '_', at most 100`,
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
    throw new InvalidInputError('Milvus has both a token and a user; give one of them');
  }
  if ((username === undefined) !== (password === undefined)) {
    throw new InvalidInputError('Milvus has a user without a password, or the reverse; give both');
  }
  const tls = settings.tls || address.startsWith('https://');
  if (caFile !== undefined && !tls) {
    throw new InvalidInputError(`the authorities in '${caFile}' have no use without TLS; switch TLS on as well`);
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
