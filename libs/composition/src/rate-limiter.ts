import { createHash, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterMySQL, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Config } from './config';

/** Counts the points of each client in a time. */
export interface Counter {
  /** @returns 0 when the points were taken; else the milliseconds until the client has points again */
  take(key: string, points: number): Promise<number>;
  /** Gives points back. */
  give(key: string, points: number): Promise<void>;
}

export interface CounterOptions {
  /** The name of the counter: others with the same key count apart. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

/** Counters in memory, or in MySQL when the metadata is there, because several processes may share it. */
export interface Counters {
  open(options: CounterOptions): Counter;
  /** A number that belongs to the text, 0 to 65,535, the same in all processes. Clients cannot compute it. */
  bucketOf(text: string): number;
  close(): Promise<void>;
}

/** Counts the points of each client in a minute. */
export interface RateLimiter extends Counter {
  readonly perMinute: number;
}

const MINUTE_S = 60;
const TABLE = 'rate_limit';
/** After an error of MySQL, this process counts by itself for so long. */
const ALONE_MS = 10_000;
/** A client waits so long for a statement. */
const STATEMENT_MS = 1_000;

/** While MySQL does not answer, each process counts by itself. */
export async function openCounters({ database }: Pick<Config, 'database'>): Promise<Counters> {
  if (database.kind === 'sqlite') {
    return {
      open: (options) => counterOf(new RateLimiterMemory(memoryOptions(options))),
      bucketOf: bucketsOf(randomBytes(16)),
      close: async () => undefined,
    };
  }
  const { openMysqlPool } = await import('@wentu/metadata/mysql');
  const pool = openMysqlPool(database.url, STATEMENT_MS);
  return {
    open(options) {
      const shared = new RateLimiterMySQL({
        ...memoryOptions(options),
        storeClient: pool.client,
        storeType: 'pool',
        dbName: pool.database,
        tableName: TABLE,
        tableCreated: true,
        clearExpiredByTimeout: true,
        // A client without points costs no statement.
        inMemoryBlockOnConsumed: options.points,
      });
      return new SharedCounter(counterOf(shared), counterOf(new RateLimiterMemory(memoryOptions(options))), pool);
    },
    // Its password is the same for all processes, and a secret.
    bucketOf: bucketsOf(Buffer.from(new URL(database.url).password + pool.database)),
    close: async () => await pool.close(),
  };
}

/** @returns null when the settings have no limit */
export function openRateLimiter({ limits }: Pick<Config, 'limits'>, counters: Counters): RateLimiter | null {
  if (limits.rateLimit === 0) return null;
  const counter = counters.open({ name: 'http', points: limits.rateLimit, seconds: MINUTE_S });
  return {
    perMinute: limits.rateLimit,
    take: async (key, points) => await counter.take(key, points),
    give: async (key, points) => await counter.give(key, points),
  };
}

class SharedCounter implements Counter {
  private hasTable = false;
  private aloneUntil = 0;

  constructor(
    private readonly shared: Counter,
    private readonly memory: Counter,
    private readonly pool: { query(sql: string): Promise<void> },
  ) {}

  async take(key: string, points: number): Promise<number> {
    return await this.run(async (counter) => await counter.take(key, points));
  }

  async give(key: string, points: number): Promise<void> {
    await this.run(async (counter) => await counter.give(key, points));
  }

  private async run<T>(work: (counter: Counter) => Promise<T>): Promise<T> {
    if (performance.now() < this.aloneUntil) return await work(this.memory);
    try {
      if (!this.hasTable) {
        await this.pool.query(
          `CREATE TABLE IF NOT EXISTS ${TABLE} (\`key\` VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, points INT NOT NULL DEFAULT 0, expire BIGINT UNSIGNED)`,
        );
        this.hasTable = true;
      }
      return await work(this.shared);
    } catch {
      this.aloneUntil = performance.now() + ALONE_MS;
      return await work(this.memory);
    }
  }
}

function memoryOptions({ name, points, seconds }: CounterOptions) {
  return { points, duration: seconds, keyPrefix: name };
}

function counterOf(limiter: RateLimiterAbstract): Counter {
  return {
    async take(key, points) {
      try {
        await limiter.consume(key, points);
        return 0;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
        throw refused;
      }
    },
    async give(key, points) {
      await limiter.reward(key, points);
      // A client that took its last points is refused from memory, without a look at those that it got back. Other
      // clients that have no points cost one more statement each.
      if (limiter instanceof RateLimiterMySQL) limiter.deleteInMemoryBlockedAll();
    },
  };
}

function bucketsOf(salt: Buffer): (text: string) => number {
  return (text) => createHash('sha256').update(salt).update(text).digest().readUInt16BE();
}
