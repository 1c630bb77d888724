import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { InvalidInputError, type Device } from '@wentu/domain';
import type { MilvusStoreOptions } from '@wentu/vector-store';
import type { HubAccess } from '@wentu/models/installs';
import { z } from 'zod';

/** The folder of the shipped pictures. */
export const SAMPLES = join(resolve(__dirname, '../../..'), 'samples');

const wholeOrUnset = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'give a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `at least ${min}`).max(max, `at most ${max}`))
    .optional();
const whole = (min: number, max: number, fallback: number) => wholeOrUnset(min, max).default(fallback);
const list = (separator: string | RegExp) =>
  z
    .string()
    .transform((value) =>
      value
        .split(separator)
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .default([]);
const onOff = (fallback: boolean) =>
  z
    .enum(['on', 'off'])
    .default(fallback ? 'on' : 'off')
    .transform((value) => value === 'on');

const parameters = (example: string) =>
  z
    .string()
    .regex(/^\w+=[\d.]+(,\w+=[\d.]+)*$/, `give names and numbers, such as ${example}`)
    .transform((text) =>
      Object.fromEntries(text.split(',').map((part) => [part.split('=')[0] as string, Number(part.split('=')[1])])),
    )
    .default({});

/** An IP address, or a network such as 10.0.0.0/8. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address) as 0 | 4 | 6];
  return most > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

const MIB = 1024 * 1024;
const MIN_KEY_LENGTH = 32;
/** What a client may do in a minute if other machines can reach the server. */
const OPEN_RATE_LIMIT = 6_000;
/** Error messages never show the values of these settings. */
const SECRETS = new Set([
  'DATABASE_URL',
  'MILVUS_ADDRESS',
  'MILVUS_TOKEN',
  'MILVUS_PASSWORD',
  'WENTU_ADMIN_KEY',
  'WENTU_KEY',
]);

/** Every setting of Wentu. A test compares the table in docs/settings.md with these keys. */
export const settings = z.object({
  PORT: whole(0, 65_535, 4_000),
  HOST: z.string().min(1).default('127.0.0.1'),
  WENTU_DATA_DIR: z.string().min(1).default('./data'),
  WENTU_MODEL: z.string().min(1).optional(),
  WENTU_MODEL_MIRROR: z
    .url({ protocol: /^https?$/, error: 'give an address such as https://hf-mirror.com' })
    .optional(),
  WENTU_DEVICE: z
    .string()
    .regex(/^(auto|cpu|cuda(:\d{1,2})?)$/, 'give auto, cpu, cuda, or cuda:N for the GPU of that number')
    .transform((device) => device as Device)
    .default('auto'),
  DATABASE_URL: z
    .string()
    .regex(
      /^(sqlite:|mysql:\/\/)/,
      'give sqlite: (a file in the data folder), sqlite:PATH or mysql://USER:PASSWORD@HOST:PORT/DATABASE',
    )
    .default('sqlite:'),
  VECTOR_STORE: z.enum(['embedded', 'milvus'], 'give embedded or milvus').default('embedded'),
  MILVUS_ADDRESS: z
    .string()
    .min(1)
    .refine(
      (address) => !address.includes('@'),
      'give HOST:PORT; the user goes into MILVUS_USERNAME and MILVUS_PASSWORD',
    )
    .default('127.0.0.1:19530'),
  MILVUS_TOKEN: z.string().min(1).optional(),
  MILVUS_USERNAME: z.string().min(1).optional(),
  MILVUS_PASSWORD: z.string().min(1).optional(),
  MILVUS_DATABASE: z.string().min(1).optional(),
  MILVUS_TLS: onOff(false),
  MILVUS_TLS_CA: z.string().min(1).optional(),
  MILVUS_INDEX: z.enum(['HNSW', 'FLAT', 'IVF_FLAT', 'IVF_SQ8', 'AUTOINDEX']).default('HNSW'),
  MILVUS_INDEX_PARAMS: parameters('M=32,efConstruction=256'),
  MILVUS_SEARCH_PARAMS: parameters('ef=256'),
  MILVUS_REPLICAS: whole(1, 100, 1),
  MILVUS_CONSISTENCY: z.enum(['strong', 'session']).default('strong'),
  WENTU_LOAD_ROOTS: list(delimiter),
  WENTU_IGNORE: list(/[\n,]/).refine(
    (patterns) => patterns.every((pattern) => pattern.length <= 1_000),
    'a pattern has more than 1,000 characters; split it',
  ),
  WENTU_WATCH_POLL_SECONDS: wholeOrUnset(1, 86_400),
  WENTU_READ_WORDS: onOff(true),
  WENTU_UPLOADS_DIR: z.string().min(1).optional(),
  WENTU_SAMPLES: onOff(true),
  WENTU_ALLOWED_HOSTS: list(','),
  WENTU_FETCH_HOSTS: list(',').refine(
    (hosts) => hosts.every((host) => /^(\*\.)?[\w.-]+(:\d{1,5})?$|^\[[\da-fA-F:.]+\](:\d{1,5})?$/.test(host)),
    'give host names or IP addresses, each with a port if needed, such as images.example.com,*.example.com,10.0.0.5:9000,[fd00::5]:9000',
  ),
  WENTU_ALLOWED_ORIGINS: list(','),
  WENTU_ALLOW_ANONYMOUS: z.enum(['read', 'off'], 'give read or off').optional(),
  WENTU_ADMIN_KEY: z
    .string()
    .min(MIN_KEY_LENGTH, `give at least ${MIN_KEY_LENGTH} random characters, such as those of: openssl rand -hex 32`)
    .max(500, 'give at most 500 characters')
    .regex(/^[\x21-\x7e]+$/, 'give letters, digits and signs of ASCII without spaces')
    .optional(),
  WENTU_KEY: z.string().min(1).max(500).optional(),
  WENTU_JWKS_URL: z
    .url({ protocol: /^https?$/, error: 'give an address such as https://login.example.com/jwks' })
    .optional(),
  WENTU_JWT_ISSUER: z.string().min(1).optional(),
  WENTU_JWT_AUDIENCE: z.string().min(1).optional(),
  WENTU_JWT_ROLE_CLAIM: z.string().min(1).default('wentu_role'),
  WENTU_JWT_COLLECTIONS_CLAIM: z.string().min(1).default('wentu_collections'),
  WENTU_MODEL_MEMORY_BYTES: whole(0, 1024 ** 4, 4 * 1024 * MIB),
  WENTU_THREADS: whole(0, 256, 0),
  WENTU_BATCH_SIZE: whole(1, 256, 8),
  WENTU_UPRIGHT: onOff(true),
  WENTU_BACKGROUND: z.enum(['white', 'drop']).default('white'),
  WENTU_MAX_TOP_K: whole(1, 1_000, 1_000),
  WENTU_MAX_TEXT_LENGTH: whole(1, 100_000, 1_000),
  WENTU_MAX_BODY_BYTES: whole(1_024, 256 * MIB, 16 * MIB),
  WENTU_MAX_QUERY_DEPTH: whole(3, 50, 12),
  WENTU_MAX_QUERY_COST: whole(100, 100_000_000, 25_000),
  WENTU_MAX_QUERY_ALIASES: whole(1, 1_000, 30),
  WENTU_MAX_QUERY_TOKENS: whole(100, 100_000, 2_000),
  WENTU_MAX_RUNNING_QUERIES: whole(1, 1_024, 32),
  WENTU_MAX_WAITING_QUERIES: whole(0, 100_000, 128),
  WENTU_QUERY_TIMEOUT_MS: whole(100, 3_600_000, 60_000),
  WENTU_MAX_SENDING_BYTES: whole(MIB, 64 * 1024 * MIB, 256 * MIB),
  WENTU_MAX_CONNECTIONS: whole(16, 1_000_000, 4_096),
  WENTU_MAX_CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000, 256),
  WENTU_STALL_TIMEOUT_MS: whole(1_000, 3_600_000, 30_000),
  WENTU_MAX_SOCKETS: whole(0, 100_000, 1_000),
  WENTU_MAX_SOCKET_OPERATIONS: whole(1, 1_000, 50),
  WENTU_RATE_LIMIT: wholeOrUnset(0, 10_000_000),
  WENTU_TRUSTED_PROXIES: list(',').refine(
    (proxies) => proxies.every((proxy) => isNetwork(proxy)),
    'give IP addresses or networks, such as 10.0.0.5,192.168.0.0/16',
  ),
  WENTU_INTROSPECTION: onOff(true),
  WENTU_GRAPHIQL: onOff(true),
  WENTU_MAX_IMAGE_BYTES: whole(1_024, 1024 * MIB, 64 * MIB),
  WENTU_FOLDER_TIMEOUT_MS: whole(100, 3_600_000, 60_000),
  WENTU_MAX_QUEUED_LOADS: whole(1, 100_000, 1_000),
  WENTU_MAX_UPLOAD_BYTES: whole(0, 1024 ** 4, 16 * 1024 * MIB),
  WENTU_UPLOADS_QUOTA_BYTES: whole(MIB, 1024 ** 5, 64 * 1024 * MIB),
  WENTU_MAX_COPIED_BYTES: wholeOrUnset(1_024, 1024 * MIB),
  WENTU_MAX_PIXELS: whole(1, 1_000_000_000, 300_000_000),
  WENTU_MAX_DECODE_BYTES: whole(16 * MIB, 64 * 1024 * MIB, 2 * 1024 * MIB),
  WENTU_DECODE_TIMEOUT_MS: whole(100, 3_600_000, 60_000),
  WENTU_MAX_ANSWER_DATA_BYTES: whole(0, 1024 * MIB, 32 * MIB),
  WENTU_MAX_ZIP_IMAGES: whole(1, 10_000, 10_000),
  WENTU_MAX_ZIP_BYTES: whole(MIB, 1024 ** 4, 32 * 1024 * MIB),
  WENTU_SLOW_MS: whole(0, 3_600_000, 1_000),
  WENTU_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface AccessConfig {
  /** What a client without a key may do: everything (the default on a loopback address), read, or nothing. */
  readonly anonymous: 'all' | 'read' | 'off';
  /** A key of the role ADMIN that is not stored; null: none. */
  readonly adminKey: string | null;
  /** Addresses and networks of proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** Tokens of an identity provider; null: none are accepted. */
  readonly jwt: {
    readonly jwksUrl: string;
    readonly issuer: string;
    readonly audience: string;
    readonly roleClaim: string;
    readonly collectionsClaim: string;
  } | null;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /**
   * A folder, or the name of an installed model; null: the model that `wentu model use` chose, by default wentu-mini.
   */
  readonly model: string | null;
  /** The address of a mirror of the model hub; null: the hub itself. */
  readonly modelMirror: string | null;
  /** How to reach the hubs of models, from the variables that other tools also read. It contains HF_TOKEN. */
  readonly hub: HubAccess;
  readonly device: Device;
  /** A SQLite file, or the address of a MySQL server's database. */
  readonly database:
    { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'mysql'; readonly url: string };
  readonly vectorStore: 'embedded' | 'milvus';
  readonly milvus: Omit<MilvusStoreOptions, 'collectionPrefix'>;
  /** Absolute folders that loads may read; empty: none. */
  readonly loadRoots: readonly string[];
  /** Patterns of files and folders that a load ignores, in the syntax of gitignore. */
  readonly ignored: readonly string[];
  /** How often watched folders are compared; null: only those that report no changes. */
  readonly watchPollSeconds: number | null;
  /** Whether the words in pictures are read in the background. */
  readonly readWords: boolean;
  /** The folder in which uploaded files wait for their load. */
  readonly uploadsDir: string;
  readonly samples: boolean;
  readonly allowedHosts: readonly string[];
  /** Hosts from which pictures may be fetched; empty: none. */
  readonly fetchHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Who may use the server. */
  readonly access: AccessConfig;
  /** The key that commands send to a server; null: none. */
  readonly key: string | null;
  /** Whether clients may read the schema, and whether GraphiQL is served. */
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** 0: as many as the machine has cores. */
  readonly threads: number;
  readonly batchSize: number;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
  readonly limits: {
    readonly maxTopK: number;
    readonly maxTextLength: number;
    readonly maxBodyBytes: number;
    readonly maxQueryDepth: number;
    /** The largest cost of a query, as apps/api counts it. */
    readonly maxQueryCost: number;
    readonly maxQueryAliases: number;
    readonly maxQueryTokens: number;
    /** Queries at once, and further ones that wait. */
    readonly maxRunningQueries: number;
    readonly maxWaitingQueries: number;
    readonly queryTimeoutMs: number;
    /** The memory limit of answers that clients have not read yet. */
    readonly maxSendingBytes: number;
    readonly maxConnections: number;
    readonly maxConnectionsPerAddress: number;
    /** How long a client may read or send too slowly. */
    readonly stallTimeoutMs: number;
    readonly maxSockets: number;
    readonly maxSocketOperations: number;
    /** Points a minute for each client; 0: no limit. */
    readonly rateLimit: number;
    readonly maxImageBytes: number;
    /** How long a folder or a file in it may take to answer once. */
    readonly folderTimeoutMs: number;
    readonly maxQueuedLoads: number;
    readonly maxUploadBytes: number;
    readonly uploadsQuotaBytes: number;
    readonly maxCopiedBytes: number;
    readonly maxPixels: number;
    /** The memory limit for decoding large pictures; all decoder processes share it. */
    readonly maxDecodeBytes: number;
    /** The time limit for decoding one picture. */
    readonly decodeTimeoutMs: number;
    readonly maxAnswerDataBytes: number;
    /** The largest number of pictures in a zip file, and their size together. */
    readonly maxZipImages: number;
    readonly maxZipBytes: number;
    /** The memory limit of open towers: half of it for text towers, half for image towers. */
    readonly modelMemoryBytes: number;
  };
  /** Requests that take longer are logged; 0: none. */
  readonly slowMs: number;
  /** Whether traces are sent: OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set. */
  readonly sendsTraces: boolean;
  readonly logLevel: z.infer<typeof settings>['WENTU_LOG_LEVEL'];
}

/**
 * Reads the settings. Unknown WENTU_ and MILVUS_ keys are errors too, so that a misspelt limit does not silently become
 * the default.
 * @throws InvalidInputError that lists every bad key with its valid values
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // Compose files and shells set unused variables to empty strings, so these count as not set.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settings.safeParse(given);
  const bad = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const key = String(path[0]);
    // Any address may contain a user name and password before an @.
    const value = String(given[key]).replace(/[^\s/]*@/g, '…@');
    return `${path.join('.')} is ${SECRETS.has(key) ? 'not valid' : JSON.stringify(value)}: ${message}`;
  });
  const jwt = ['WENTU_JWKS_URL', 'WENTU_JWT_ISSUER', 'WENTU_JWT_AUDIENCE'];
  const missing = jwt.filter((key) => given[key] === undefined);
  // Without issuer and audience, a token that the provider made for another service would be accepted.
  if (missing.length > 0 && missing.length < jwt.length)
    bad.push(`${missing.join(' and ')} missing: ${jwt.join(', ')} are set together`);
  for (const key of Object.keys(given)) {
    if (/^(WENTU|MILVUS)_/.test(key) && !(key in settings.shape))
      bad.push(`${key} is not a setting; see docs/settings.md`);
  }
  if (!parsed.success || bad.length > 0) {
    throw new InvalidInputError(`the settings cannot be used:\n${bad.map((line) => `  ${line}`).join('\n')}`);
  }
  return freeze(parsed.data, readHubAccess(env), sendsTraces(env));
}

function freeze(s: z.infer<typeof settings>, hub: HubAccess, traced: boolean): Config {
  const dataDir = resolve(s.WENTU_DATA_DIR);
  const homeByDefault = isLoopback(s.HOST) ? [homedir()] : [];
  return Object.freeze({
    port: s.PORT,
    host: s.HOST,
    dataDir,
    model: s.WENTU_MODEL ?? null,
    modelMirror: s.WENTU_MODEL_MIRROR ?? null,
    hub,
    device: s.WENTU_DEVICE,
    database: databaseOf(s.DATABASE_URL, dataDir),
    vectorStore: s.VECTOR_STORE,
    milvus: milvusOf(s),
    loadRoots: s.WENTU_LOAD_ROOTS.length > 0 ? s.WENTU_LOAD_ROOTS.map((root) => resolve(root)) : homeByDefault,
    ignored: s.WENTU_IGNORE,
    watchPollSeconds: s.WENTU_WATCH_POLL_SECONDS ?? null,
    readWords: s.WENTU_READ_WORDS,
    uploadsDir: resolve(s.WENTU_UPLOADS_DIR ?? join(dataDir, 'uploads')),
    samples: s.WENTU_SAMPLES,
    allowedHosts: s.WENTU_ALLOWED_HOSTS,
    fetchHosts: s.WENTU_FETCH_HOSTS,
    allowedOrigins: s.WENTU_ALLOWED_ORIGINS,
    access: accessOf(s),
    key: s.WENTU_KEY ?? null,
    introspection: s.WENTU_INTROSPECTION,
    graphiql: s.WENTU_GRAPHIQL,
    threads: s.WENTU_THREADS,
    batchSize: s.WENTU_BATCH_SIZE,
    upright: s.WENTU_UPRIGHT,
    background: s.WENTU_BACKGROUND,
    limits: Object.freeze({
      maxTopK: s.WENTU_MAX_TOP_K,
      maxTextLength: s.WENTU_MAX_TEXT_LENGTH,
      maxBodyBytes: s.WENTU_MAX_BODY_BYTES,
      maxQueryDepth: s.WENTU_MAX_QUERY_DEPTH,
      maxQueryCost: s.WENTU_MAX_QUERY_COST,
      maxQueryAliases: s.WENTU_MAX_QUERY_ALIASES,
      maxQueryTokens: s.WENTU_MAX_QUERY_TOKENS,
      maxRunningQueries: s.WENTU_MAX_RUNNING_QUERIES,
      maxWaitingQueries: s.WENTU_MAX_WAITING_QUERIES,
      queryTimeoutMs: s.WENTU_QUERY_TIMEOUT_MS,
      maxSendingBytes: s.WENTU_MAX_SENDING_BYTES,
      maxConnections: s.WENTU_MAX_CONNECTIONS,
      maxConnectionsPerAddress: s.WENTU_MAX_CONNECTIONS_PER_ADDRESS,
      stallTimeoutMs: s.WENTU_STALL_TIMEOUT_MS,
      maxSockets: s.WENTU_MAX_SOCKETS,
      maxSocketOperations: s.WENTU_MAX_SOCKET_OPERATIONS,
      rateLimit: s.WENTU_RATE_LIMIT ?? (isLoopback(s.HOST) ? 0 : OPEN_RATE_LIMIT),
      maxImageBytes: s.WENTU_MAX_IMAGE_BYTES,
      folderTimeoutMs: s.WENTU_FOLDER_TIMEOUT_MS,
      maxQueuedLoads: s.WENTU_MAX_QUEUED_LOADS,
      maxUploadBytes: s.WENTU_MAX_UPLOAD_BYTES,
      uploadsQuotaBytes: s.WENTU_UPLOADS_QUOTA_BYTES,
      // By default every image that can be read can also be stored.
      maxCopiedBytes: s.WENTU_MAX_COPIED_BYTES ?? s.WENTU_MAX_IMAGE_BYTES,
      maxPixels: s.WENTU_MAX_PIXELS,
      maxDecodeBytes: s.WENTU_MAX_DECODE_BYTES,
      decodeTimeoutMs: s.WENTU_DECODE_TIMEOUT_MS,
      maxAnswerDataBytes: s.WENTU_MAX_ANSWER_DATA_BYTES,
      maxZipImages: s.WENTU_MAX_ZIP_IMAGES,
      maxZipBytes: s.WENTU_MAX_ZIP_BYTES,
      modelMemoryBytes: s.WENTU_MODEL_MEMORY_BYTES,
    }),
    slowMs: s.WENTU_SLOW_MS,
    sendsTraces: traced,
    logLevel: s.WENTU_LOG_LEVEL,
  });
}

function accessOf(s: z.infer<typeof settings>): AccessConfig {
  const { WENTU_JWKS_URL: jwksUrl, WENTU_JWT_ISSUER: issuer, WENTU_JWT_AUDIENCE: audience } = s;
  const isJwt = jwksUrl !== undefined && issuer !== undefined && audience !== undefined;
  return Object.freeze({
    anonymous: s.WENTU_ALLOW_ANONYMOUS ?? (isLoopback(s.HOST) ? 'all' : 'off'),
    adminKey: s.WENTU_ADMIN_KEY ?? null,
    trustedProxies: s.WENTU_TRUSTED_PROXIES,
    jwt: isJwt
      ? Object.freeze({
          ...{ jwksUrl, issuer, audience },
          roleClaim: s.WENTU_JWT_ROLE_CLAIM,
          collectionsClaim: s.WENTU_JWT_COLLECTIONS_CLAIM,
        })
      : null,
  });
}

/** The variables of OpenTelemetry, which its SDK reads. */
function sendsTraces(env: Readonly<Record<string, string | undefined>>): boolean {
  const isOff = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none';
  return !isOff && Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}

/** Of the proxies, lower-case names come first, as in curl. An empty variable is one that is not set. */
function readHubAccess(env: Readonly<Record<string, string | undefined>>): HubAccess {
  const read = (name: string): string | null => env[name] || null;
  const readProxy = (name: string): string | null => env[name.toLowerCase()] ?? env[name] ?? null;
  return Object.freeze({
    proxies: { http: readProxy('HTTP_PROXY'), https: readProxy('HTTPS_PROXY'), except: readProxy('NO_PROXY') },
    endpoint: read('HF_ENDPOINT'),
    token: read('HF_TOKEN'),
    modelScope: read('MODELSCOPE_ENDPOINT'),
  });
}

function databaseOf(url: string, dataDir: string): Config['database'] {
  if (!url.startsWith('sqlite:')) return { kind: 'mysql', url };
  const path = url.slice('sqlite:'.length);
  return { kind: 'sqlite', path: path === '' ? resolve(dataDir, 'wentu.sqlite') : resolve(path) };
}

function milvusOf(s: z.infer<typeof settings>): Config['milvus'] {
  return Object.freeze({
    address: s.MILVUS_ADDRESS,
    ...(s.MILVUS_TOKEN === undefined ? {} : { token: s.MILVUS_TOKEN }),
    ...(s.MILVUS_USERNAME === undefined ? {} : { username: s.MILVUS_USERNAME }),
    ...(s.MILVUS_PASSWORD === undefined ? {} : { password: s.MILVUS_PASSWORD }),
    ...(s.MILVUS_DATABASE === undefined ? {} : { database: s.MILVUS_DATABASE }),
    tls: s.MILVUS_TLS,
    ...(s.MILVUS_TLS_CA === undefined ? {} : { caFile: resolve(s.MILVUS_TLS_CA) }),
    indexType: s.MILVUS_INDEX,
    indexParams: s.MILVUS_INDEX_PARAMS,
    searchParams: s.MILVUS_SEARCH_PARAMS,
    replicas: s.MILVUS_REPLICAS,
    searchConsistency: s.MILVUS_CONSISTENCY,
  });
}

/** Whether only programs of this machine can connect to the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
