import { RateLimiterMemory, RateLimiterMySQL, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Config } from './config';

/** Counts the points of each client in a minute. */
export interface RateLimiter {
  readonly perMinute: number;
  /** @returns 0 when the points were taken; else the milliseconds until the client has points again */
  take(key: string, points: number): Promise<number>;
  close(): Promise<void>;
}

const MINUTE_S = 60;
const TABLE = 'rate_limit';
/** After an error of MySQL, this process counts by itself for so long. */
const ALONE_MS = 10_000;
/** A client waits so long for a statement. */
const STATEMENT_MS = 1_000;

/**
 * The points are in memory, or in MySQL when the metadata is there, because several processes may share it. While MySQL
 * does not answer, each process counts by itself.
 * @returns null when the settings have no limit
 */
export async function openRateLimiter({
  limits,
  database,
}: Pick<Config, 'limits' | 'database'>): Promise<RateLimiter | null> {
  if (limits.rateLimit === 0) return null;
  const options = { points: limits.rateLimit, duration: MINUTE_S, keyPrefix: 'http' };
  const memory = new RateLimiterMemory(options);
  const perMinute = limits.rateLimit;
  const close = async (): Promise<void> => undefined;
  if (database.kind === 'sqlite') return { perMinute, close, take: async (...args) => await takeOf(memory, ...args) };
  const { openMysqlPool } = await import('@wentu/metadata/mysql');
  const pool = openMysqlPool(database.url, STATEMENT_MS);
  const shared = new RateLimiterMySQL({
    ...options,
    storeClient: pool.client,
    storeType: 'pool',
    dbName: pool.database,
    tableName: TABLE,
    tableCreated: true,
    clearExpiredByTimeout: true,
    // A client without points costs no statement.
    inMemoryBlockOnConsumed: limits.rateLimit,
  });
  return new SharedLimiter(shared, memory, pool, perMinute);
}

class SharedLimiter implements RateLimiter {
  private hasTable = false;
  private aloneUntil = 0;

  constructor(
    private readonly shared: RateLimiterMySQL,
    private readonly memory: RateLimiterMemory,
    private readonly pool: { query(sql: string): Promise<void>; close(): Promise<void> },
    readonly perMinute: number,
  ) {}

  async take(key: string, points: number): Promise<number> {
    if (performance.now() < this.aloneUntil) return await takeOf(this.memory, key, points);
    try {
      if (!this.hasTable) {
        await this.pool.query(
          `CREATE TABLE IF NOT EXISTS ${TABLE} (\`key\` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, points INT NOT NULL DEFAULT 0, expire BIGINT UNSIGNED)`,
        );
        this.hasTable = true;
      }
      return await takeOf(this.shared, key, points);
    } catch {
      this.aloneUntil = performance.now() + ALONE_MS;
      return await takeOf(this.memory, key, points);
    }
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}

async function takeOf(limiter: RateLimiterAbstract, key: string, points: number): Promise<number> {
  try {
    await limiter.consume(key, points);
    return 0;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
    throw refused;
  }
}
