import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ModelDownloader } from './model-downloader';

const MANIFEST = JSON.stringify({ name: 'a-model', files: { 'a.onnx': { sha256: 'a'.repeat(64), sizeBytes: 5 } } });

const recognise = async ({ files }: { files: readonly string[] }) => ({
  layout: 'any',
  name: null,
  precision: null,
  files,
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/wentu-model.json`;
}
function downloader(): ModelDownloader {
  const created = new ModelDownloader({
    proxies: { http: null, https: null, except: null },
    endpoint: null,
    token: null,
    modelScope: null,
    mirror: null,
  });
  closing.push(() => created.close());
  return created;
}

test('retries a description when the server is busy or breaks the connection', async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(503, { 'retry-after': '0' }).end();
    else if (asked === 2) response.writeHead(200, { 'content-length': 500 }).write('{', () => response.destroy());
    else response.end(MANIFEST);
  });
  expect(await downloader().plan(url, { recognise })).toMatchObject({ name: 'a-model' });
  expect(asked).toBe(3);
});

test('does not read an endless description to the end', async () => {
  const url = await serve((_request, response) => {
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536), more));
    more();
  });
  await expect(downloader().plan(url, { recognise })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
});

test('the error of an unreachable server says what to do by hand', async () => {
  await expect(downloader().plan('http://127.0.0.1:9/wentu-model.json', { recognise })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/online[^]*By hand: .*wentu model add FOLDER/) as string,
  });
});

test('an abort ends the wait before a retry', async () => {
  const url = await serve((_request, response) => response.writeHead(503).end());
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  await expect(downloader().plan(url, { recognise }, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
