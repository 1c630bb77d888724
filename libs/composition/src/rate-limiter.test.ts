import { parseConfig } from './config';
import { openCounters, openRateLimiter, type Counters, type RateLimiter } from './rate-limiter';

const MYSQL = process.env['WENTU_TEST_MYSQL_URL'];
if (MYSQL === undefined) {
  if (process.env['CI_ENGINES'] === '1') throw new Error('CI_ENGINES=1 requires WENTU_TEST_MYSQL_URL');
  process.stderr.write('SKIPPED: rate limits on MySQL; start a server (tools/engines/with.mjs mariadb)\n');
}

const opened: Counters[] = [];
afterEach(async () => {
  for (const counters of opened.splice(0)) await counters.close();
});
async function openAll(env: Record<string, string> = {}): Promise<Counters> {
  const counters = await openCounters(parseConfig(env));
  opened.push(counters);
  return counters;
}
async function open(points: number, env: Record<string, string> = {}): Promise<RateLimiter> {
  const limiter = openRateLimiter(parseConfig({ WENTU_RATE_LIMIT: String(points), ...env }), await openAll(env));
  if (limiter === null) throw new Error('there is no limiter');
  return limiter;
}

test('a client has its points; another has its own', async () => {
  const limiter = await open(3);
  expect([await limiter.take('a', 2), await limiter.take('a', 1)]).toEqual([0, 0]);
  const wait = await limiter.take('a', 1);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60_000);
  expect(await limiter.take('b', 3)).toBe(0);
});

test('there is no limit on loopback, and one on other addresses', async () => {
  const limitOf = async (env: Record<string, string>): Promise<number | undefined> =>
    openRateLimiter(parseConfig(env), await openAll(env))?.perMinute;
  expect(await limitOf({})).toBeUndefined();
  expect(await limitOf({ HOST: '0.0.0.0' })).toBe(6_000);
  expect(await limitOf({ HOST: '0.0.0.0', WENTU_RATE_LIMIT: '0' })).toBeUndefined();
});

test('while MySQL does not answer, each process counts by itself', async () => {
  const limiter = await open(1, { DATABASE_URL: 'mysql://nobody:none@127.0.0.1:1/none' });
  expect(await limiter.take('a', 1)).toBe(0);
  expect(await limiter.take('a', 1)).toBeGreaterThan(0);
});

(MYSQL === undefined ? test.skip : test)('processes that share MySQL count together', async () => {
  const [one, other] = [await open(4, { DATABASE_URL: MYSQL ?? '' }), await open(4, { DATABASE_URL: MYSQL ?? '' })];
  const key = `client ${Date.now()}`;
  expect([await one.take(key, 2), await other.take(key, 2)]).toEqual([0, 0]);
  expect(await one.take(key, 1)).toBeGreaterThan(0);
  expect(await other.take(key, 1)).toBeGreaterThan(0);
  expect(await one.take(`another ${key}`, 4)).toBe(0);
});

(MYSQL === undefined ? test.skip : test)(
  'points that are given back can be taken, also after the last one',
  async () => {
    const all = await openAll({ DATABASE_URL: MYSQL ?? '' });
    const counter = all.open({ name: `given ${Date.now()}`, points: 2, seconds: 60 });
    // As people who sign in with right passwords at the same time.
    for (let i = 0; i < 3; i++) {
      expect([await counter.take('7', 1), await counter.take('7', 1)]).toEqual([0, 0]);
      await counter.give('7', 1);
      await counter.give('7', 1);
    }
    expect(await counter.take('7', 2)).toBe(0);
    expect(await counter.take('7', 1)).toBeGreaterThan(0);
  },
);

(MYSQL === undefined ? test.skip : test)('wrong keys are counted over processes, apart from points', async () => {
  const env = { DATABASE_URL: MYSQL ?? '' };
  const [one, other] = [await openAll(env), await openAll(env)];
  expect(one.bucketOf('192.0.2.7')).toBe(other.bucketOf('192.0.2.7'));
  const options = { name: `wrong ${Date.now()}`, points: 2, seconds: 60 };
  const [here, there] = [one.open(options), other.open(options)];
  expect([await here.take('7', 1), await there.take('7', 1)]).toEqual([0, 0]);
  expect(await here.take('7', 1)).toBeGreaterThan(0);
  await there.give('8', 1);
  expect(await one.open({ ...options, name: `${options.name} b` }).take('7', 2)).toBe(0);
});

test('a bucket cannot be computed without the secret, and two texts rarely share one', async () => {
  const [one, other] = [await openAll(), await openAll()];
  const texts = Array.from({ length: 200 }, (_, i) => `192.0.2.${i}`);
  expect(texts.map((text) => one.bucketOf(text))).not.toEqual(texts.map((text) => other.bucketOf(text)));
  expect(new Set(texts.map((text) => one.bucketOf(text))).size).toBeGreaterThan(190);
});
