import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STORES, TestServer } from './harness';
import { picture, writeTree } from './pictures';
import { ReadGate } from './read-gate';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const IS_LONG = process.env['WENTU_LONG_FAULTS'] === '1';
const CAN_SHIFT = existsSync(LIBRARY);
if (IS_LONG && !CAN_SHIFT) throw new Error('WENTU_LONG_FAULTS=1 requires libfaketime (apt-get install faketime)');
if (!IS_LONG) process.stderr.write('SKIPPED: jumps of the clock; .ci/long has them (WENTU_LONG_FAULTS=1)\n');

const KEY = 'k'.repeat(40);
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
const LOAD =
  'mutation ($directory: String!, $wait: Boolean!) { loadCollection(directory: $directory, collection: "held", wait: $wait) { id status } }';

interface Image {
  readonly id: string;
  readonly url: string;
}

// The clock of MySQL is that of its server.
(IS_LONG && STORES.length === 0 ? describe : describe.skip)('a clock that jumps', () => {
  let folder: string;
  let clock: string;
  let gate: ReadGate;
  let server: TestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wentu-clock-'));
    clock = join(folder, 'clock');
    gate = await ReadGate.make();
    await writeTree(join(folder, 'held'), {
      'a.png': await picture(1),
      [`b-${ReadGate.NAME}.png`]: await picture(2),
      'c.png': await picture(3),
    });
    await shift(0);
    server = await TestServer.start({
      ...gate.env,
      ...{
        LD_PRELOAD: LIBRARY,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
      ...{ WENTU_ADMIN_KEY: KEY, WENTU_ALLOW_ANONYMOUS: 'off', WENTU_RATE_LIMIT: '100000' },
    });
  });
  afterAll(async () => {
    await server.close();
    await gate.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test('ends what has expired and nothing else; loads, uploads and searches go on', async () => {
    const { createUpload } = await ask<{ createUpload: { id: string; url: string } }>(
      'mutation { createUpload { id url } }',
    );
    expect((await send('PUT', `${createUpload.url}/1.png`, await picture(10))).status).toBe(204);
    const { loadCollection: load } = await ask<{ loadCollection: { id: string } }>(LOAD, {
      directory: join(folder, 'held'),
      wait: false,
    });
    const cookie = await signIn();

    for (const seconds of [3 * HOUR_S, -2 * DAY_S, 0]) {
      await shift(seconds);
      expect((await send('PUT', `${createUpload.url}/${seconds}.png`, await picture(20 + seconds))).status).toBe(204);
      const { loadJob } = await ask<{ loadJob: { status: string } }>(`{ loadJob(id: "${load.id}") { status } }`);
      expect([seconds, loadJob.status]).toEqual([seconds, 'RUNNING']);
      expect([seconds, (await page(cookie)).status]).toEqual([seconds, 200]);
    }
    await shift(3 * HOUR_S);
    await gate.open();
    const again = await ask<{ loadCollection: { status: string } }>(LOAD, {
      directory: join(folder, 'held'),
      wait: true,
    });
    expect(again.loadCollection.status).toBe('SUCCEEDED');
    const sent = 'mutation ($id: ID!) { loadUpload(id: $id, collection: "sent") { id } }';
    await ask(sent, { id: createUpload.id });
    const [image] = await images();
    expect((await fetch(server.address + image!.url)).status).toBe(200);

    await shift(400 * DAY_S);
    expect((await fetch(server.address + image!.url)).status).toBe(401);
    expect((await page(cookie)).status).toBe(401);
    // A key without an end stays valid, and signs addresses of that time.
    const [later] = await images();
    expect((await fetch(server.address + later!.url)).status).toBe(200);

    await shift(-2 * DAY_S);
    expect(await images()).toHaveLength(3);
    expect(
      (await ask<{ loadCollection: { status: string } }>(LOAD, { directory: join(folder, 'held'), wait: true }))
        .loadCollection.status,
    ).toBe('SUCCEEDED');
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    await server.kill('SIGTERM');
    await server.restart();
    expect(await images()).toHaveLength(3);
  });

  async function shift(seconds: number): Promise<void> {
    await writeFile(clock, `${seconds >= 0 ? '+' : ''}${seconds}s\n`);
  }

  async function send(method: string, path: string, body: Buffer | string, headers = {}): Promise<Response> {
    const sent = typeof body === 'string' ? body : new Uint8Array(body);
    return await fetch(server.address + path, {
      method,
      body: sent,
      headers: { authorization: `Bearer ${KEY}`, ...headers },
    });
  }

  async function ask<T>(query: string, variables: object = {}): Promise<T> {
    const response = await send('POST', '/graphql', JSON.stringify({ query, variables }), {
      'content-type': 'application/json',
    });
    const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
    if (errors) throw new Error(`${JSON.stringify(errors)}\n${server.log}`);
    return data;
  }

  async function images(): Promise<readonly Image[]> {
    const { searchImages } = await ask<{ searchImages: { image: Image }[] }>(
      '{ searchImages(text: "圆", collection: "held") { image { id url } } }',
    );
    return searchImages.map(({ image }) => image);
  }

  async function signIn(): Promise<string> {
    const response = await fetch(`${server.address}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: KEY }),
    });
    expect(response.status).toBeLessThan(300);
    return response.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
  }

  /** GraphQL over GET, which needs no CSRF token. */
  async function page(cookie: string): Promise<Response> {
    const query = encodeURIComponent('{ serverInfo { version } }');
    return await fetch(`${server.address}/graphql?query=${query}`, {
      headers: { cookie, 'apollo-require-preflight': '1' },
    });
  }
});
