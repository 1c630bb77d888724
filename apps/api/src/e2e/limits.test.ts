import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-limits-'));
  const large = sharp(randomBytes(1_600 * 1_600 * 3), { raw: { width: 1_600, height: 1_600, channels: 3 } });
  await writeTree(folder, {
    '1.png': await picture(1),
    '2.png': await picture(2),
    'large.png': await large.png({ compressionLevel: 0 }).toBuffer(),
  });
  server = await TestServer.start({
    WENTU_SAMPLES: 'off',
    WENTU_MAX_QUERY_COST: '2000',
    WENTU_MAX_QUERY_ALIASES: '5',
    WENTU_MAX_QUERY_TOKENS: '600',
    WENTU_MAX_RUNNING_QUERIES: '1',
    WENTU_MAX_WAITING_QUERIES: '2',
    WENTU_MAX_CONNECTIONS: '60',
    WENTU_STALL_TIMEOUT_MS: '6000',
    WENTU_MAX_SENDING_BYTES: '1048576',
    WENTU_MAX_SOCKET_OPERATIONS: '2',
    WENTU_RATE_LIMIT: '10',
    WENTU_TRUSTED_PROXIES: '127.0.0.1',
    WENTU_INTROSPECTION: 'off',
    WENTU_GRAPHIQL: 'off',
  });
  await server.load(folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const post = async (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  await fetch(`${server.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { errors: [{ extensions: { code: string } }] }).errors[0].extensions.code;

async function open(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('a query that costs too much is refused before it runs', async () => {
  const response = await post('{ collections { images(first: 1000) { id } } }');
  expect([response.status, await codeOf(response)]).toEqual([413, 'LIMIT_EXCEEDED']);
  const aliases = await post(`{ ${'abcdef'.replace(/./g, '$&: serverInfo { version } ')} }`);
  expect([aliases.status, await codeOf(aliases)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  const tokens = await post(`{ ${'__typename '.repeat(600)} }`);
  expect([tokens.status, await codeOf(tokens)]).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
  const repeats = await post(`{ ${'folders { path } '.repeat(110)} }`);
  expect([repeats.status, await codeOf(repeats)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
});

test('a crowd gets answers or 503 with Retry-After, at once, and health answers beside it', async () => {
  const search = '{ searchImages(text: "猫", topK: 3) { similarity image { id } } }';
  const crowd = Promise.all(Array.from({ length: 40 }, async () => await post(search)));
  const healthy = await fetch(`${server.address}/healthz`);
  expect(await healthy.json()).toEqual({ status: 'ok' });
  const answers = await crowd;
  const refused = answers.filter(({ status }) => status === 503);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect(await codeOf(refused[0] as Response)).toBe('UNAVAILABLE');
  // It recovers at once.
  expect((await post(search)).status).toBe(200);
  const metrics = await (await fetch(`${server.address}/metrics`)).text();
  const counted = Number(/^wentu_requests_refused_total\{reason="queue"\} (\d+)$/m.exec(metrics)?.[1]);
  expect(counted).toBeGreaterThanOrEqual(refused.length);
  expect(metrics).toMatch(/^wentu_admission_waiting\{queue="requests"\} \d+$/m);
});

test('each client has its points of a minute', async () => {
  const statuses: number[] = [];
  let last: Response | undefined;
  for (let i = 0; i < 12; i++) {
    last = await post('{ serverInfo { version } }', { 'x-forwarded-for': '203.0.113.5' });
    statuses.push(last.status);
  }
  expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await codeOf(last as Response)).toBe('RATE_LIMITED');
  expect((await post('{ serverInfo { version } }', { 'x-forwarded-for': '203.0.113.6' })).status).toBe(200);
  expect((await fetch(`${server.address}/healthz`, { headers: { 'x-forwarded-for': '203.0.113.5' } })).status).toBe(
    200,
  );
});

test('a body that trickles is given up, and one that arrives steadily is not', async () => {
  const head = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\ncontent-type: application/json\r\n';
  const body = JSON.stringify({ query: '{ serverInfo { version } }' });
  const slow = await open();
  slow.write(`${head}content-length: 9999\r\n\r\n`);
  const trickle = setInterval(() => slow.write(' '), 200);
  const steady = await open();
  steady.write(`${head}content-length: ${60_000}\r\n\r\n${body}`);
  const rest = Buffer.alloc(60_000 - body.length, ' ');
  for (let i = 0; i < rest.length; i += 6_000) {
    steady.write(rest.subarray(i, i + 6_000));
    await sleep(300);
  }
  expect(await text(steady)).toMatch(/^HTTP\/1.1 200/);
  clearInterval(trickle);
  expect(await text(slow).catch(() => '')).toBe('');
});

test('answers that clients do not read have one limit, and their connections end', async () => {
  const body = JSON.stringify({ query: '{ image(imageId: "large.png") { data } }' });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  const unread = await open();
  unread.pause();
  unread.write(`${head}\r\n\r\n${body}`);
  // 10 MB of base64: the system takes some of it, and the rest waits in the server.
  const search = '{ searchImages(text: "猫", topK: 1) { distance } }';
  let refused = await post(search);
  for (; refused.status === 200; refused = await post(search)) await sleep(20);
  expect([refused.status, refused.headers.get('retry-after'), await codeOf(refused)]).toEqual([
    503,
    '2',
    'UNAVAILABLE',
  ]);
  let answered = await post(search);
  for (; answered.status !== 200; answered = await post(search)) await sleep(100);
  expect(await text(unread).catch(() => '')).not.toMatch(/\}\n$/);
});

test('connections above the limit are closed; the others are answered', async () => {
  const sockets = await Promise.all(Array.from({ length: 80 }, open));
  await sleep(300);
  const left = sockets.filter(({ closed, readableEnded }) => !closed && !readableEnded);
  const [first] = left;
  first?.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const answer = await text(first as Socket);
  for (const socket of sockets) socket.destroy();
  expect([left.length < 80, answer]).toEqual([true, expect.stringMatching(/^HTTP\/1.1 200/)]);
});

test('requests that are sent ahead on one connection are limited', async () => {
  const socket = await open();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(50));
  expect((await text(socket).catch(() => '')).split('HTTP/1.1 200').length).toBeLessThan(50);
});

test('introspection and GraphiQL are off by their settings', async () => {
  const response = await post('{ __schema { types { name } } }');
  expect([response.status, await codeOf(response)]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  const page = await fetch(`${server.address}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(400);
});
