import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { announceServers, HAS_SERVERS, MILVUS_ADDRESS, TestServer } from './harness';
import { picture, seeded } from './pictures';
import { ReadGate } from './read-gate';

jest.setTimeout(20 * 60_000);
announceServers('kills of MySQL and Milvus');

const FILES = 60;
/** The kills of each engine: of MySQL and of Milvus. */
const KILLS = (process.env['WENTU_ENGINE_KILLS'] ?? '4,1').split(',').map(Number) as [number, number];
const QUERY = '红色的圆';
const seed = Number(process.env['WENTU_STORM_SEED'] ?? Date.now() % 2 ** 31);

/** Waits until no process listens at the address: the engine was killed, and the new one has not started. */
async function untilRefused(address: string): Promise<void> {
  const [host = '', port] = address.split(':');
  for (const end = Date.now() + 180_000; ; await sleep(5)) {
    const socket = connect(Number(port), host);
    const refused = await once(socket, 'connect').then(
      () => false,
      () => true,
    );
    socket.destroy();
    if (refused) return;
    if (Date.now() > end) throw new Error(`${address} was not killed`);
  }
}

(HAS_SERVERS ? describe : describe.skip)('a store that is killed in the middle of a load', () => {
  const random = seeded(seed);
  let folder: string;
  const files = Array.from({ length: FILES }, (_, i) => (i === 30 ? `f30-${ReadGate.NAME}.png` : `f${i}.png`));
  let gate: ReadGate;
  let server: TestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wentu-engine-kill-'));
    gate = await ReadGate.make();
    server = await TestServer.start(gate.env);
  });
  afterAll(async () => {
    await server.close();
    await gate.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const mysqlAddress = process.env['WENTU_TEST_MYSQL_URL'] ? new URL(process.env['WENTU_TEST_MYSQL_URL']).host : '';
  const milvusPid = process.env['WENTU_TEST_MILVUS_PID'] ? 'WENTU_TEST_MILVUS_PID' : 'WENTU_TEST_MILVUS_LITE_PID';
  const engines = [
    ['MySQL', mysqlAddress, 'WENTU_TEST_MYSQL_PID', KILLS[0]],
    ['Milvus', MILVUS_ADDRESS, milvusPid, KILLS[1]],
  ] as const;
  test.each(engines.filter(([, , , kills]) => kills > 0))(
    `%s, killed and started again: no image is lost or duplicated (seed ${seed})`,
    async (name, address, pid, kills) => {
      for (let kill = 0; kill < kills; kill++) {
        for (const file of files) await writeFile(join(folder, file), await picture(Math.floor(random() * 1e6), 64));
        await gate.shut();
        const { id } = await server.load(folder, { collection: name, wait: false });
        // The first kill of each engine interrupts its load; the others come at a random moment during or after the
        // load.
        if (kill === 0) await server.untilJob(id, ({ processed }) => processed > 0);
        else {
          await gate.open();
          await sleep(200 + random() * 1_500);
        }
        process.kill(Number(process.env[pid]), 'SIGUSR2');
        // A state from before the crash would be outdated.
        await untilRefused(address);
        await gate.open();
        for (const end = Date.now() + 180_000; ; await sleep(100)) {
          const { data } = await server.graphql<{ loadJob: { status: string } | null }>(
            `{ loadJob(id: "${id}") { status } }`,
          );
          // The answer is null with an error while the store is unavailable.
          if (data?.loadJob && !['QUEUED', 'RUNNING'].includes(data.loadJob.status)) break;
          if (Date.now() > end) throw new Error(`the load does not end:\n${server.log}`);
        }
        await server.untilReady();
        const { loadJob } = await server.data<{ loadJob: { loaded: number; skipped: number } }>(
          `{ loadJob(id: "${id}") { status loaded skipped failed } }`,
        );
        expect(loadJob).toMatchObject({ status: 'SUCCEEDED', failed: 0 });
        // A load whose lease expired while the store was unavailable is continued, and skips the images it had loaded.
        expect(loadJob.loaded + loadJob.skipped).toBe(FILES);
        // An engine that lost acknowledged writes is filled again.
        await server.data('mutation ($name: String!) { repairCollections(collection: $name) { upserted } }', { name });
        const hits = await server.search(QUERY, name, 1_000);
        expect(hits.map(({ image }) => image.imageId).sort()).toEqual([...files].sort());
        expect(await server.load(folder, { collection: name })).toMatchObject({ loaded: 0, skipped: FILES });
      }
    },
  );
});
