import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestServer } from './harness';

let folder: string;
let server: TestServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-broken-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/**
 * Starts a server whose text worker receives changed messages at its port. Everything else is real, including the
 * engines.
 * @param change JavaScript that changes `call`, or answers it and returns
 */
async function prepare(change: string, env: Record<string, string> = {}): Promise<TestServer> {
  const hook = join(folder, 'hook.cjs');
  await writeFile(
    hook,
    `const { parentPort, workerData } = require('node:worker_threads');
     const { readFileSync } = require('node:fs');
     if (workerData?.textThreads) {
       const on = parentPort.on.bind(parentPort);
       parentPort.on = (event, listener) =>
         on(event, event === 'message' ? (call) => { ${change}; listener(call); } : listener);
     }`,
  );
  return await TestServer.prepare({ NODE_OPTIONS: `--require ${hook}`, ...env });
}

test.each(['texts', 'explainer'])(
  'a start fails with the reason when the text worker has no service %s',
  async (its) => {
    server = await prepare(`if (call.service === '${its}') call.service = 'renamed'`);
    server.launch();
    const statuses = new Set<number>();
    let running = true;
    const ended = server.ended().finally(() => (running = false));
    while (running) {
      await fetch(`${server.address}/readyz`).then(
        ({ status }) => statuses.add(status),
        () => undefined,
      );
      await sleep(20);
    }
    expect(await ended).toBe(3);
    expect(statuses).not.toContain(200);
    expect(server.log).toContain('wentu: searches do not work: Error: no method renamed.');
  },
);

describe('a text worker that cannot answer yet', () => {
  let state: string;
  beforeEach(async () => {
    state = join(folder, 'state');
    await writeFile(state, 'away');
    server = await prepare(
      `const state = readFileSync(${JSON.stringify(state)}, 'utf8');
       if (call.service === 'texts' && state === 'broken') call.service = 'renamed';
       if (call.service === 'texts' && state === 'away') {
         const error = { kind: 'wentu', name: 'UnavailableError', code: 'UNAVAILABLE', message: 'the device is away' };
         parentPort.postMessage({ type: 'error', id: call.id, error });
         return;
       }`,
    );
    server.launch();
    await server.untilAnswers();
  });

  test('delays readiness, not the start', async () => {
    const response = await fetch(`${server.address}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ready: false,
      waitingFor: 'no search has been answered yet; the log says why',
    });
    expect(server.log).toContain('no search has been answered yet: the device is away');
    await writeFile(state, 'back');
    await server.untilReady();
    expect(await server.search('圆')).toEqual([]);
  });

  test('ends the server when searches are broken', async () => {
    await writeFile(state, 'broken');
    expect(await server.ended()).toBe(3);
    expect(server.log).toContain('wentu: searches do not work: Error: no method renamed.');
  });
});

test('a server with the tightest limits, without a collection, and with neither is ready', async () => {
  const tight = { WENTU_MAX_TEXT_LENGTH: '1', WENTU_MAX_QUERY_DEPTH: '3', WENTU_MAX_BODY_BYTES: '1024' };
  server = await TestServer.start(tight);
  expect(await server.data('mutation { dropCollection(name: "default") }')).toEqual({ dropCollection: true });
  const expectNoCollection = async (): Promise<void> => {
    expect(await server.kill('SIGTERM')).toBe(0);
    await server.restart();
    const { errors } = await server.graphql('{ searchImages(text: "山") { distance } }');
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  };
  await expectNoCollection();
  for (const name of Object.keys(tight)) Reflect.deleteProperty(server.env, name);
  await expectNoCollection();
});
