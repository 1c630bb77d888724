import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkFetchUrl, isPublic } from './fetch-rules';
import { RemotePictures } from './remote-pictures';

const BYTES = Buffer.from('the bytes of a picture');
let server: Server;
let host: string;
let asked: string[];
let remote: RemotePictures;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [, what = '', value = ''] = /^\/([^/]*)\/?(.*)$/.exec(request.url ?? '') ?? [];
    if (what === 'picture') response.end(BYTES);
    else if (what === 'chunked') response.write(BYTES.subarray(0, 5), () => response.end(BYTES.subarray(5)));
    else if (what === 'to') response.writeHead(302, { location: decodeURIComponent(value) }).end();
    else if (what === 'broken')
      response.writeHead(200, { 'content-length': 100 }).write(BYTES, () => response.destroy());
    else if (what === 'slow') response.writeHead(200, { 'content-length': 100 }).write(BYTES);
    else if (what !== 'silent') response.writeHead(404).end('no');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  remote = new RemotePictures({ hosts: [host] });
});
afterEach(async () => await remote.close());

const read = async (path: string, signal?: AbortSignal): Promise<Buffer> => {
  const { content } = await remote.open(`http://${host}${path}`, signal);
  return await buffer(content);
};

test('fetches a picture, with the announced size if there is one', async () => {
  const { content, sizeBytes } = await remote.open(`http://${host}/picture`);
  expect([await buffer(content), sizeBytes]).toEqual([BYTES, BYTES.length]);
  const chunked = await remote.open(`http://${host}/chunked`);
  expect([await buffer(chunked.content), chunked.sizeBytes]).toEqual([BYTES, 0]);
});

test('a server that does not send the picture is FETCH_FAILED, with the address but not its query', async () => {
  for (const [path, message] of [
    ['/none?token=secret', /^http:\/\/[\d.:]+\/none answered 404 instead of a picture/],
    ['/broken?token=secret', /^http:\/\/[\d.:]+\/broken could not be fetched: .*; try again/],
  ] as const)
    await expect(read(path)).rejects.toMatchObject({ name: 'ItemError', code: 'FETCH_FAILED', message });
  await expect(remote.open('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  remote = new RemotePictures({ hosts: ['127.0.0.1:1'] });
  await expect(remote.open('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  const long = `http://127.0.0.1:1/${'a'.repeat(3_000)}`;
  await expect(remote.open(long)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
});

test.each(['/slow', '/silent'])('a server that stops sending is given up after a while: %s', async (path) => {
  remote = new RemotePictures({ hosts: [host], maxMs: 300 });
  await expect(read(path)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
});

test('an abort of the caller is no failure of the picture', async () => {
  const stopping = new AbortController();
  const reading = remote.open(`http://${host}/silent`, stopping.signal);
  stopping.abort(new Error('gone'));
  await expect(reading).rejects.toThrow('gone');
});

test('content that nobody reads does not keep its connection', async () => {
  const { content } = await remote.open(`http://${host}/slow`);
  content.destroy();
  for (let i = 0; i < 100; i++) {
    const count = await new Promise<number>((resolve, reject) =>
      server.getConnections((error, connections) => (error ? reject(error) : resolve(connections))),
    );
    if (count === 0) return;
    await sleep(50);
  }
  throw new Error('the connection is still open');
});

describe('redirects', () => {
  const to = (target: string): string => `/to/${encodeURIComponent(target)}`;

  test('are followed to allowed hosts, three at most', async () => {
    expect(await read(to('/picture'))).toEqual(BYTES);
    expect(await read(to(to(to('/picture'))))).toEqual(BYTES);
    await expect(read(to(to(to(to('/picture')))))).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  test('to another host or port are FORBIDDEN, and nothing is sent there', async () => {
    for (const target of ['http://127.0.0.1:1/', 'http://169.254.169.254/latest/meta-data', `http://localhost:80/`])
      await expect(read(to(target))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(asked).toHaveLength(3);
  });

  test('to what is no web address are FETCH_FAILED, without that address', async () => {
    for (const target of ['http://[', 'file:///etc/passwd', `http://user:secret@${host}/picture`])
      await expect(read(to(target))).rejects.toMatchObject({
        ...{ name: 'ItemError', code: 'FETCH_FAILED' },
        message: expect.not.stringMatching(/user:secret|file:/) as string,
        detail: { key: 'URL_REDIRECT_INVALID' },
      });
  });
});

test('a name whose addresses are all private is FORBIDDEN, even if it is allowed', async () => {
  const port = host.split(':')[1];
  remote = new RemotePictures({ hosts: [`localhost:${port}`] });
  await expect(remote.open(`http://localhost:${port}/picture`)).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('localhost has no public address') as string,
  });
  expect(asked).toEqual([]);
});

describe('checkFetchUrl', () => {
  const hosts = ['img.example.com', '*.cdn.example.com', '10.0.0.5:9000', '[fd00::5]:9000', 'Shop.example:8443'];

  test.each([
    'https://img.example.com/a.jpg',
    'http://IMG.example.com:80/a.jpg',
    'https://a.cdn.example.com/x',
    'http://10.0.0.5:9000/bucket/a.jpg',
    'http://[fd00::5]:9000/a.jpg',
    'https://shop.example:8443/',
  ])('allows %s', (url) => {
    expect(checkFetchUrl(url, hosts).href.toLowerCase()).toContain(new URL(url).hostname);
  });

  test.each([
    'https://img.example.com:8443/a.jpg',
    'https://example.com/',
    'https://cdn.example.com/',
    'https://evilcdn.example.com/',
    'https://img.example.com.evil.org/',
    'http://10.0.0.5/',
    'http://10.0.0.6:9000/',
    'https://shop.example/',
    'http://127.0.0.1/',
    'http://2130706433/',
  ])('refuses %s', (url) => {
    expect(() => checkFetchUrl(url, hosts)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }) as Error);
    expect(() => checkFetchUrl(url, [])).toThrow(/this server fetches no pictures/);
  });

  test.each([
    '',
    'img.example.com/a.jpg',
    'ftp://img.example.com/',
    'data:image/png;base64,AA',
    'https://a:b@img.example.com/',
  ])('%j is no address of a picture', (url) => {
    expect(() => checkFetchUrl(url, hosts)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }) as Error);
  });
});

test('which addresses are public', () => {
  const others = [
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...['::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '255.255.255.255', '198.18.0.1'],
  ];
  expect(others.filter(isPublic)).toEqual([]);
  expect(['1.1.1.1', '223.5.5.5', '2400:3200::1', '::ffff:8.8.8.8'].filter((address) => !isPublic(address))).toEqual(
    [],
  );
});
