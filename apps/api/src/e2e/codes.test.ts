import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await TestServer.start();
  folder = await mkdtemp(join(tmpdir(), 'wentu-codes-'));
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < 60; i++) files[`p${i}.png`] = await picture(i);
  await writeTree(folder, files);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const codeOf = async (query: string, variables: object = {}): Promise<string | undefined> =>
  (await server.graphql(query, variables)).errors?.[0]?.extensions.code;
const socketUrl = (): string => `${server.address.replace('http', 'ws')}/graphql`;

describe('a subscription', () => {
  test.each(['999999', 'nonsense', '-1'])('of the unknown load %s is NOT_FOUND', async (id) => {
    const client = createClient({ url: socketUrl(), webSocketImpl: WebSocket });
    const query = 'subscription ($id: ID!) { loadProgress(id: $id) { status } }';
    const code = await new Promise((done) =>
      client.subscribe(
        { query, variables: { id } },
        {
          next: ({ errors }) => done(errors?.[0]?.extensions?.['code']),
          error: (errors) => done((errors as { extensions?: { code?: string } }[])[0]?.extensions?.code),
          complete: () => done('completed'),
        },
      ),
    );
    await client.dispose();
    expect(code).toBe('NOT_FOUND');
  });

  test('sent by POST is refused with a remedy', async () => {
    const response = await fetch(`${server.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { loadProgress(id: "1") { status } }' }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('WebSocket') as string, extensions: { code: 'INVALID_INPUT' } }],
    });
  });

  test('whose client resets the connection or sends a broken frame is not logged as a bug', async () => {
    const { id } = await server.load(folder, { collection: 'watched', wait: false });
    const subscribe = JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: { query: `subscription { loadProgress(id: "${id}") { status processed } }` },
    });
    const sockets = Array.from({ length: 30 }, () => new WebSocket(socketUrl(), 'graphql-transport-ws'));
    await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<void>((done) => {
            socket.on('error', () => undefined);
            socket.on('open', () => socket.send('{"type":"connection_init"}'));
            socket.on('message', (data: Buffer) => {
              if (data.toString().includes('connection_ack')) {
                socket.send(subscribe);
                // The next states are written to a closed connection.
                (socket as unknown as { _socket: { resetAndDestroy(): void } })._socket.resetAndDestroy();
                done();
              }
            });
          }),
      ),
    );
    // A frame with a reserved opcode and without a mask.
    const raw = connect(server.port, '127.0.0.1');
    raw.on('error', () => undefined);
    raw.write(
      `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await new Promise((done) => raw.once('data', done));
    const closed = new Promise((done) => raw.once('close', done));
    raw.end(Buffer.of(0xf3, 0x01, 0x00));
    raw.resume();
    await closed;
    while (
      (await server.data<{ loadJob: { status: string } }>(`{ loadJob(id: "${id}") { status } }`)).loadJob.status !==
      'SUCCEEDED'
    )
      await sleep(50);
    expect(server.log).not.toMatch(/a bug|EPIPE|ECONNRESET|Please check your implementation/);
  });
});

test('an argument above or below its range is INVALID_INPUT', async () => {
  await server.load(folder, { collection: 'ranges' });
  const codes: Record<string, string | undefined> = {};
  for (const value of [-1, 1_001, 1_000_000_000]) {
    for (const query of [
      `{ searchImages(text: "圆", collection: "ranges", topK: ${value}) { distance } }`,
      `{ search(query: { text: "圆" }, collection: "ranges", first: ${value}) { totalCount } }`,
      `{ loadJobs(first: ${value}) { id } }`,
      `{ loadJobs { failures(first: ${value}) { item } } }`,
      `{ collections { images(first: ${value}) { id } } }`,
    ])
      codes[query] = await codeOf(query);
  }
  codes['topK 0'] = await codeOf('{ searchImages(text: "圆", topK: 0) { distance } }');
  codes['first 0'] = await codeOf('{ search(query: { text: "圆" }, first: 0) { totalCount } }');
  codes['offset'] = await codeOf('{ loadJobs { failures(offset: -1) { item } } }');
  expect(new Set(Object.values(codes))).toEqual(new Set(['INVALID_INPUT']));
});

test('a failure has its code as an enum', async () => {
  const broken = await mkdtemp(join(tmpdir(), 'wentu-broken-'));
  await writeTree(broken, { 'good.png': await picture(1), 'empty.png': '' });
  const { id } = await server.load(broken, { collection: 'broken' });
  const { loadJob } = await server.data<{ loadJob: { failures: unknown[] } }>(
    `{ loadJob(id: "${id}") { failures { code reason } } }`,
  );
  expect(loadJob.failures).toEqual([{ code: 'EMPTY_FILE', reason: 'EMPTY_FILE' }]);
  await rm(broken, { recursive: true });
});

test('failures of an upload do not show the folder on the server', async () => {
  const { createUpload } = await server.data<{ createUpload: { id: string; url: string } }>(
    'mutation { createUpload { id url } }',
  );
  await fetch(`${server.address}${createUpload.url}/empty.png`, { method: 'PUT', body: '' });
  const { loadUpload } = await server.data<{ loadUpload: { id: string } }>(
    `mutation { loadUpload(id: "${createUpload.id}", collection: "sent") { id } }`,
  );
  const query = `{ loadJob(id: "${loadUpload.id}") { status directory error { item message } failures { item message } } }`;
  let answer = await server.data<{ loadJob: { status: string; directory: string } }>(query);
  while (['QUEUED', 'RUNNING'].includes(answer.loadJob.status)) answer = await server.data(query);
  expect(answer.loadJob.directory).toBe(`uploads/${createUpload.id}`);
  expect(JSON.stringify(answer)).not.toContain(server.dataDir);
});

test('every response forbids MIME sniffing', async () => {
  const graphql = (accept: string): RequestInit => ({ headers: { accept } });
  const answers = [
    ...[await fetch(`${server.address}/`), await fetch(`${server.address}/nothing`)],
    ...[await fetch(`${server.address}/healthz`), await fetch(`${server.address}/metrics`)],
    ...[await fetch(`${server.address}/graphql`, graphql('text/html')), await fetch(`${server.address}/images/0`)],
    await fetch(`${server.address}/graphql?query={__typename}`, graphql('application/json')),
    await fetch(`${server.address}/`, { headers: { origin: 'http://evil.example' } }),
    await fetch(`${server.address}/uploads/none/a.png`, { method: 'PUT', body: 'x' }),
  ];
  expect(answers.map(({ url, headers }) => [url, headers.get('x-content-type-options')])).toEqual(
    answers.map(({ url }) => [url, 'nosniff']),
  );
});

test('an unavailable store is UNAVAILABLE, and only the log has its address', async () => {
  const url = 'mysql://wentu:secret@127.0.0.1:9/inventory';
  const own = await TestServer.prepare({}, () => ({ DATABASE_URL: url }));
  try {
    own.launch();
    const listens = (): Promise<boolean> =>
      fetch(`${own.address}/healthz`).then(
        () => true,
        () => false,
      );
    while (!(await listens())) await sleep(50);
    for (const query of ['{ collections { name } }', '{ search(query: { text: "狗" }) { totalCount } }']) {
      const { errors } = await own.graphql(query);
      expect(errors![0]).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
      expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|inventory|secret|ECONNREFUSED/);
    }
    const { errors } = await own.graphql('mutation { createCollection(name: "a") { id } }');
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|inventory|secret|ECONNREFUSED/);
    expect(own.log).toContain('inventory on 127.0.0.1:9');
    expect(own.log).not.toContain('secret');
  } finally {
    await own.close();
  }
});
