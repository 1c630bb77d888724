import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

let server: TestServer;
let folder: string;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-http-'));
  await writeTree(folder, {
    'a.png': await picture(1, 900),
    'script.svg':
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script><rect width="9" height="9"/></svg>',
  });
  server = await TestServer.start({ WENTU_ALLOWED_ORIGINS: 'http://shop.example' });
  await server.load(folder);
  url = (await server.search('圆')).find(({ image }) => image.imageId === 'a.png')!.image.url;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Like fetch, with a custom Host header. */
async function get(path: string, headers: Record<string, string>): Promise<number> {
  return await new Promise((resolve, reject) => {
    request({ port: server.port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('pictures', () => {
  test('are served as the original or with a maximum width, and may be cached forever', async () => {
    const original = await fetch(server.address + url);
    expect(original.headers.get('content-type')).toBe('image/png');
    expect(original.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    for (const [width, expected] of [
      [320, 320],
      [700, 700],
      [2_000, 900],
    ] as const) {
      const response = await fetch(`${server.address}${url}?width=${width}`);
      expect(response.headers.get('content-type')).toBe('image/webp');
      expect((await sharp(await response.arrayBuffer()).metadata()).width).toBe(expected);
    }
  });
  test('are served in ranges, for resumed downloads', async () => {
    const whole = await fetch(server.address + url);
    const [etag, bytes] = [whole.headers.get('etag')!, Buffer.from(await whole.arrayBuffer())];
    expect([whole.headers.get('accept-ranges'), whole.headers.get('content-length')]).toEqual([
      'bytes',
      `${bytes.length}`,
    ]);
    const part = async (headers: Record<string, string>): Promise<[number, string | null, Buffer]> => {
      const response = await fetch(server.address + url, { headers });
      return [response.status, response.headers.get('content-range'), Buffer.from(await response.arrayBuffer())];
    };
    const of = (start: number, end: number) => [
      206,
      `bytes ${start}-${end - 1}/${bytes.length}`,
      bytes.subarray(start, end),
    ];
    expect(await part({ range: 'bytes=10-99' })).toEqual(of(10, 100));
    expect(await part({ range: 'bytes=-5' })).toEqual(of(bytes.length - 5, bytes.length));
    expect(await part({ range: 'bytes=7-', 'if-range': etag })).toEqual(of(7, bytes.length));
    // Another version, several ranges, or an invalid range: the whole file.
    for (const headers of [
      { range: 'bytes=7-', 'if-range': '"other"' },
      { range: 'bytes=0-1,4-5' },
      { range: 'lines=1-2' },
    ])
      expect(await part(headers)).toEqual([200, null, bytes]);
    expect(await part({ range: `bytes=${bytes.length}-` })).toEqual([416, `bytes */${bytes.length}`, Buffer.alloc(0)]);
    const head = await fetch(server.address + url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, `${bytes.length}`]);
  });
  test('are saved as files with their own names', async () => {
    const saved = await fetch(`${server.address}${url}?download=1`);
    expect(saved.headers.get('content-disposition')).toBe('attachment; filename=a.png');
    expect(saved.headers.get('content-type')).toBe('image/png');
    const original = await (await fetch(server.address + url)).arrayBuffer();
    expect(Buffer.from(await saved.arrayBuffer()).equals(Buffer.from(original))).toBe(true);
    const part = await fetch(`${server.address}${url}?download=1`, { headers: { range: 'bytes=0-9' } });
    expect([part.status, part.headers.get('content-length')]).toEqual([206, '10']);
  });

  test('are served in the best format that the client accepts', async () => {
    const formats = [
      ['image/avif,image/webp,image/*;q=0.8', 'image/avif', 'heif'],
      ['image/webp,*/*', 'image/webp', 'webp'],
      ['*/*', 'image/webp', 'webp'],
      ['image/png,image/jpeg', 'image/jpeg', 'jpeg'],
    ] as const;
    const etags = new Set<string | null>();
    for (const [accept, type, format] of formats) {
      const response = await fetch(`${server.address}${url}?width=300`, { headers: { accept } });
      expect([response.headers.get('content-type'), response.headers.get('vary')]).toEqual([type, 'Origin, Accept']);
      expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ format, width: 300 });
      etags.add(response.headers.get('etag'));
    }
    expect(etags.size).toBe(3);
  });
  test('leave in a zip file at an address that is made for them, under their names', async () => {
    const order = async (body: object): Promise<Response> =>
      await fetch(`${server.address}/images/zip`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const hits = await server.search('圆');
    const made = await order({ ids: hits.map(({ image }) => image.url.split('/').at(-1)), name: '小狗/圆' });
    expect(made.status).toBe(201);
    const { url: address, count } = (await made.json()) as { url: string; count: number };
    expect(count).toBe(2);
    for (let i = 0; i < 2; i++) {
      const response = await fetch(server.address + address, { headers: { 'accept-encoding': 'gzip' } });
      expect(response.headers.get('content-type')).toBe('application/zip');
      expect(response.headers.get('content-encoding')).toBeNull();
      expect(response.headers.get('content-disposition')).toContain(
        `filename*=UTF-8''${encodeURIComponent('小狗_圆.zip')}`,
      );
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.includes(await readFile(join(folder, 'a.png')))).toBe(true);
      for (const name of ['a.png', 'script.svg']) expect(bytes.includes(name)).toBe(true);
    }
    const head = await fetch(server.address + address, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'application/zip']);
    for (const [body, status, code] of [
      [{}, 400, 'INVALID_INPUT'],
      [{ ids: [] }, 400, 'INVALID_INPUT'],
      [{ ids: ['1'], name: 'x'.repeat(101) }, 400, 'INVALID_INPUT'],
      [{ ids: ['999999'] }, 404, 'NOT_FOUND'],
      [{ ids: Array.from({ length: 10_001 }, () => '1') }, 413, 'LIMIT_EXCEEDED'],
    ] as const) {
      const refused = await order(body);
      expect([refused.status, await refused.text()]).toEqual([status, expect.stringContaining(`"${code}"`)]);
    }
    expect((await fetch(`${server.address}/images/zip/${'x'.repeat(22)}`)).status).toBe(404);
  });

  test('are not sent again to a client that has them', async () => {
    const first = await fetch(`${server.address}${url}?width=100`);
    const again = await fetch(`${server.address}${url}?width=100`, {
      headers: { 'if-none-match': first.headers.get('etag')! },
    });
    expect(again.status).toBe(304);
    expect(again.headers.get('cache-control')).toContain('immutable');
  });
  test('with a bad width or an unknown id are refused', async () => {
    for (const width of ['0', '-1', 'x', '99999', '2049', '1e3'])
      expect((await fetch(`${server.address}${url}?width=${width}`)).status).toBe(400);
    for (const id of ['0', '999999', 'abc', '1.5', '99999999999999999999'])
      expect((await fetch(`${server.address}/images/${id}`)).status).toBe(404);
  });
  test('an SVG is served so that its scripts cannot run', async () => {
    const svg = (await server.search('圆')).find(({ image }) => image.imageId === 'script.svg')!;
    const response = await fetch(server.address + svg.image.url);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
  test('an answer contains originals up to its byte limit', async () => {
    const { searchImages } = await server.data<{ searchImages: { image: { data: string; sizeBytes: number } }[] }>(
      '{ searchImages(text: "圆") { image { data sizeBytes } } }',
    );
    for (const { image } of searchImages) expect(Buffer.from(image.data, 'base64')).toHaveLength(image.sizeBytes);
    const small = await TestServer.start({ WENTU_MAX_ANSWER_DATA_BYTES: '1000' });
    await small.load(folder);
    const { searchImages: hits } = await small.data<{
      searchImages: { image: { imageId: string; data: string | null } }[];
    }>('{ searchImages(text: "圆") { image { imageId data } } }');
    expect(hits.map(({ image }) => `${image.imageId} ${image.data === null}`).sort()).toEqual([
      'a.png true',
      'script.svg false',
    ]);
    await small.close();
  });
});

describe('a picture that is damaged in the middle but can be loaded', () => {
  test('is served at every width, also from a copy; failures are never cached', async () => {
    const damaged = await mkdtemp(join(tmpdir(), 'wentu-damaged-'));
    const whole = await sharp(await picture(3, 1_000))
      .jpeg()
      .toBuffer();
    const middle = Math.floor(whole.length / 2);
    await writeTree(damaged, { 'a.jpg': Buffer.concat([whole.subarray(0, middle), whole.subarray(middle + 300)]) });
    for (const copyImages of [false, true]) {
      const collection = copyImages ? 'copied' : 'referenced';
      const job = await server.load(damaged, { collection, copyImages });
      if (job.loaded === 0) continue; // some builds of libjpeg report an error; then no image exists
      const [hit] = await server.search('圆', collection);
      for (const width of [100, 800]) {
        const response = await fetch(`${server.address}${hit!.image.url}?width=${width}`);
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
      }
    }
    await rm(damaged, { recursive: true, force: true });
  });
  test('a response without a picture is never cached', async () => {
    for (const path of ['/images/999999', `${url}?width=0`, '/images/%E0%A4%A']) {
      const response = await fetch(server.address + path);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('cache-control') ?? 'no-store').toBe('no-store');
    }
  });
});

describe('other hosts and origins', () => {
  test('a reset of a refused WebSocket upgrade does not end the server', async () => {
    const attack = (delayMs: number): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => {
          socket.write(
            'GET /graphql HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
              'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
          );
          setTimeout(() => socket.resetAndDestroy(), delayMs);
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    for (let i = 0; i < 40; i++) await Promise.all([0, 0, 1, 1, 2, 2, 3, 4].map(attack));
    expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
  });

  test('refuses foreign host names (DNS rebinding), but not addresses and localhost', async () => {
    expect(await get('/graphql?query={__typename}', { host: 'evil.example' })).toBe(403);
    expect(await get(url, { host: `evil.example:${server.port}` })).toBe(403);
    for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`, '[::1]:80', '192.168.1.5'])
      expect(await get(url, { host })).toBe(200);
  });
  test('refuses pages of other origins over HTTP and WebSocket, except allowed origins', async () => {
    const post = (origin: string): Promise<Response> =>
      fetch(`${server.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: '{"query":"{ __typename }"}',
      });
    expect((await post('http://evil.example')).status).toBe(403);
    const allowed = await post('http://shop.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, 'http://shop.example']);
    expect((await post(server.address)).status).toBe(200);
    const opens = (origin: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${server.address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
          origin,
        });
        socket.on('open', () => (socket.close(), resolve(true)));
        socket.on('error', () => resolve(false));
      });
    expect(await opens('http://evil.example')).toBe(false);
    expect(await opens('http://shop.example')).toBe(true);
  });
  test('a picture in a page of another site is refused; a link to it is not', async () => {
    // fetch sends a Sec-Fetch-Mode of its own.
    const status = async (headers: Record<string, string>): Promise<number | undefined> => {
      const sent = request(`${server.address}/`, { headers: { 'sec-fetch-site': 'cross-site', ...headers } }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await status({ 'sec-fetch-mode': 'no-cors', referer: 'https://evil.example/' })).toBe(403);
    expect(await status({ 'sec-fetch-mode': 'no-cors' })).toBe(403);
    expect(await status({ 'sec-fetch-mode': 'no-cors', referer: 'http://shop.example/' })).toBe(200);
    expect(await status({ 'sec-fetch-mode': 'navigate' })).toBe(200);
  });

  test('an HTML form of another site cannot send a mutation', async () => {
    const response = await fetch(`${server.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"mutation { dropCollection(name: \\"default\\") }"}',
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await server.search('圆')).toHaveLength(2);
  });
});

describe('pages', () => {
  test('GraphiQL is one page without requests to other hosts', async () => {
    const response = await fetch(`${server.address}/graphql`, { headers: { accept: 'text/html' } });
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(html).toContain('小狗');
    expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
  });
  test('health, readiness and metrics answer', async () => {
    expect(await (await fetch(`${server.address}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${server.address}/readyz`)).json()).toEqual({ ready: true, waitingFor: null });
    expect(await (await fetch(`${server.address}/metrics`)).text()).toMatch(
      /duration_seconds_count\{route="\/graphql",method="POST",status="200"\} \d/,
    );
  });
  test('an unknown path is 404 with JSON', async () => {
    const response = await fetch(`${server.address}/nothing`);
    expect([response.status, await response.json()]).toEqual([404, { error: 'there is nothing at this path' }]);
  });
});

test('rankTexts gives the probability of each text', async () => {
  const { rankTexts } = await server.data<{ rankTexts: { text: string; probability: number }[] }>(
    '{ rankTexts(imageId: "a.png", texts: ["圆", "狗", "车"]) { text probability similarity } }',
  );
  expect(rankTexts.map(({ text }) => text)).toEqual(['圆', '狗', '车']);
  expect(rankTexts.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
});

test('a second server on the same data folder is refused with a remedy', async () => {
  const second = new Promise<string>((resolve) => {
    TestServer.start({ WENTU_DATA_DIR: server.dataDir }).then(
      () => resolve('started'),
      (error: Error) => resolve(error.message),
    );
  });
  expect(await second).toMatch(/in use by another Wentu.*WENTU_DATA_DIR/);
});

test('an unresponsive client does not prevent a clean stop of the server', async () => {
  const own = await TestServer.start();
  const socket = connect(own.port, '127.0.0.1');
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${own.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await new Promise((done) => socket.once('data', done));
  socket.on('error', () => undefined);
  socket.pause();
  expect(await own.kill('SIGTERM')).toBe(0);
  socket.destroy();
  await own.close();
});

test('finished operations leave no listeners on their socket', async () => {
  const client = createClient({ url: `${server.address.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
  for (let i = 0; i < 30; i++) {
    for await (const { data } of client.iterate({ query: '{ collections { name } }' })) expect(data).toBeTruthy();
  }
  await client.dispose();
  expect(server.log).not.toContain('MaxListenersExceededWarning');
});

test('clients that disconnect before the answer are not logged as bugs', async () => {
  const texts = (client: number): string[] =>
    Array.from({ length: 100 }, (_, i) => `${client}号的第${i}张${'图'.repeat(40)}`);
  const clients = [0, 30, 60, 90].map(async (waitMs, client) => {
    const body = JSON.stringify({
      query: 'query ($texts: [String!]!) { rankTexts(imageId: "a.png", texts: $texts) { probability } }',
      variables: { texts: texts(client) },
    });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request({ port: server.port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers });
    await once(asked.on('error', () => undefined).end(body), 'finish');
    await sleep(waitMs);
    asked.destroy();
  });
  await Promise.all(clients);
  await server.data('query ($texts: [String!]!) { rankTexts(imageId: "a.png", texts: $texts) { probability } }', {
    texts: texts(clients.length),
  });
  expect(server.log).not.toContain('a bug');
});
