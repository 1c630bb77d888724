import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { announceServers, HAS_SERVERS, TestServer } from './harness';
import { picture, seeded } from './pictures';

jest.setTimeout(20 * 60_000);
announceServers('kills of MySQL and Milvus');

const FILES = 60;
const QUERY = '红色的圆';
const seed = Number(process.env['WENTU_STORM_SEED'] ?? Date.now() % 2 ** 31);

(HAS_SERVERS ? describe : describe.skip)('a store that is killed in the middle of a load', () => {
  const random = seeded(seed);
  let folder: string;
  let server: TestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wentu-engine-kill-'));
    server = await TestServer.start();
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['MySQL', 'WENTU_TEST_MYSQL_PID', 10],
    ['Milvus', process.env['WENTU_TEST_MILVUS_PID'] ? 'WENTU_TEST_MILVUS_PID' : 'WENTU_TEST_MILVUS_LITE_PID', 3],
  ])(
    `%s, killed and started again: nothing is lost and nothing is doubled (seed ${seed})`,
    async (name, pid, kills) => {
      for (let kill = 0; kill < kills; kill++) {
        for (let i = 0; i < FILES; i++)
          await writeFile(join(folder, `f${i}.png`), await picture(Math.floor(random() * 1e6), 64));
        const { id } = await server.load(folder, { collection: name, wait: false });
        await sleep(200 + random() * 1_500);
        process.kill(Number(process.env[pid]), 'SIGUSR2');
        // A crash takes a moment; a state asked for before it would be the old one.
        await sleep(1_000);
        for (const end = Date.now() + 180_000; ; await sleep(100)) {
          const { data } = await server.graphql<{ loadJob: { status: string } | null }>(
            `{ loadJob(id: "${id}") { status } }`,
          );
          // null, with an error, while the store is still away.
          if (data?.loadJob && !['QUEUED', 'RUNNING'].includes(data.loadJob.status)) break;
          if (Date.now() > end) throw new Error(`the load does not end:\n${server.log}`);
        }
        await server.untilReady();
        const { loadJob } = await server.data<{ loadJob: { loaded: number; skipped: number } }>(
          `{ loadJob(id: "${id}") { status loaded skipped failed } }`,
        );
        expect(loadJob).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
        // A load whose lease ran out while the store was away is taken up again, and skips what it had loaded.
        expect(loadJob.loaded + loadJob.skipped).toBe(FILES);
        // An engine that lost what it had acknowledged is filled again.
        await server.data('mutation ($name: String!) { repairCollections(collection: $name) { upserted } }', { name });
        const hits = await server.search(QUERY, name, 1_000);
        expect(hits.map(({ image }) => image.imageId).sort()).toEqual(
          Array.from({ length: FILES }, (_, i) => `f${i}.png`).sort(),
        );
        expect(await server.load(folder, { collection: name })).toMatchObject({ loaded: 0, skipped: FILES });
      }
    },
  );
});
