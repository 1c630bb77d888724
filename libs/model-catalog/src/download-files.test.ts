import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadFiles, type DownloadOptions, type DownloadProgress } from './download-files';
import type { RemoteFile } from './file-download';
import { HttpClient, type Proxies } from './http-client';

const NO_PROXIES: Proxies = { http: null, https: null, except: null };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const BYTES = randomBytes(300_000);
const SHA256 = sha256(BYTES);

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

let folder: string;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-download-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server whose n-th answer (from 1) is the handler's. */
async function serve(handler: Handler): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const url = await listen(
    createServer((request, response) => {
      asked.push(request);
      handler(request, response, asked.length);
    }),
  );
  return { url, asked };
}

/** An honest server with ranges; `bytes` may change between answers. */
function honest(request: IncomingMessage, response: ServerResponse, bytes = BYTES, etag = '"one"'): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const condition = request.headers['if-range'];
  if (from === 0 || (condition !== undefined && condition !== etag)) {
    response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
  } else if (from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}`, etag }).end();
  } else {
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response
      .writeHead(206, { 'content-length': bytes.length - from, 'content-range': range, etag })
      .end(bytes.subarray(from));
  }
}

/** Breaks the connection once these bytes are on the client's disk: what it has only received is lost to it. */
function breakAfter(size: number, response: ServerResponse, etag: string | null = '"one"', bytes = BYTES): void {
  response.writeHead(200, { 'content-length': Math.max(BYTES.length, size + 1), ...(etag === null ? {} : { etag }) });
  response.write(bytes.subarray(0, size));
  const poll = setInterval(() => {
    void left().then((there) => {
      if (there < size && !response.destroyed) return;
      clearInterval(poll);
      response.destroy();
    });
  }, 10);
}

interface Overrides extends Partial<Omit<DownloadOptions, 'http'>> {
  readonly proxies?: Proxies;
  readonly idleTimeoutMs?: number;
}
/** @returns the SHA-256 of what came */
async function download(file: Partial<RemoteFile> & { url: string }, overrides: Overrides = {}): Promise<string> {
  const { proxies = NO_PROXIES, idleTimeoutMs = 5_000, ...rest } = overrides;
  const http = new HttpClient(proxies, idleTimeoutMs);
  try {
    const files = await downloadFiles([{ path: 'model.onnx', ...file }], folder, {
      http,
      retry: { maxAttempts: 3, firstDelayMs: 1, maxDelayMs: 100 },
      maxFileBytes: 10_000_000,
      ...rest,
    });
    return sha256(await readFile(join(files, 'model.onnx')));
  } finally {
    await http.close();
  }
}
const failure = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });
const left = (): Promise<number> =>
  stat(join(folder, 'files/model.onnx')).then(
    ({ size }) => size,
    () => 0,
  );

describe('an honest server', () => {
  test('gives the file, whose progress is told; a second call asks for nothing', async () => {
    const { url, asked } = await serve((request, response) => honest(request, response));
    const seen: DownloadProgress[] = [];
    const file = { url, sha256: SHA256, sizeBytes: BYTES.length };
    expect(await download(file, { onProgress: (progress) => seen.push(progress) })).toBe(SHA256);
    expect(seen.at(-1)).toEqual({
      file: 'model.onnx',
      number: 1,
      count: 1,
      receivedBytes: BYTES.length,
      sizeBytes: BYTES.length,
    });
    expect(await download(file)).toBe(SHA256);
    expect(asked).toHaveLength(1);
  });

  test('files that an earlier call wanted are removed, and optional ones may be missing', async () => {
    const { url } = await serve((request, response) =>
      request.url === '/there' ? honest(request, response) : response.writeHead(404).end(),
    );
    await download({ url: `${url}/there`, path: 'old/model.onnx' }).catch(() => undefined);
    expect(existsSync(join(folder, 'files/old/model.onnx'))).toBe(true);
    const http = new HttpClient(NO_PROXIES, 1_000);
    closing.push(() => http.close());
    await downloadFiles(
      [
        { url: `${url}/there`, path: 'model.onnx' },
        { url: `${url}/not`, path: 'extra', optional: true },
      ],
      folder,
      { http, retry: { maxAttempts: 1, firstDelayMs: 1, maxDelayMs: 1 }, maxFileBytes: 1e9 },
    );
    expect(existsSync(join(folder, 'files/old/model.onnx'))).toBe(false);
    expect(existsSync(join(folder, 'files/extra'))).toBe(false);
  });

  test('a stopped download leaves its bytes, and the next call goes on from there', async () => {
    const stop = new AbortController();
    let whole = false;
    const { url, asked } = await serve((request, response) => {
      if (whole) return honest(request, response);
      response.writeHead(200, { 'content-length': BYTES.length, etag: '"one"' }).write(BYTES.subarray(0, 100_000));
    });
    const stopped = download(
      { url },
      {
        signal: stop.signal,
        onProgress: ({ receivedBytes }) => receivedBytes === 100_000 && stop.abort(),
      },
    );
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(await left()).toBe(100_000);
    whole = true;
    expect(await download({ url })).toBe(SHA256);
    expect(asked[1]!.headers).toMatchObject({ range: 'bytes=100000-', 'if-range': '"one"' });
  });
});

describe('a line that breaks', () => {
  test('midway: the rest is asked for, and the whole is checked', async () => {
    const { url, asked } = await serve((request, response, nth) =>
      nth === 1 ? breakAfter(120_000, response) : honest(request, response),
    );
    expect(await download({ url, sha256: SHA256 })).toBe(SHA256);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=120000-']);
  });

  test('each time: given up after the attempts allowed, and what has come is kept', async () => {
    const { url, asked } = await serve((_request, response) => breakAfter(1_000, response));
    await expect(download({ url })).rejects.toEqual(
      failure('UNAVAILABLE', /given up after 3 failed attempts.*--mirror/),
    );
    expect(asked).toHaveLength(3);
    expect(await left()).toBe(1_000);
  });

  test('and a server that ignores Range, or gave no ETag: it begins again from 0', async () => {
    for (const etag of ['"one"', null, 'W/"weak"']) {
      const { url, asked } = await serve((_request, response, nth) => {
        if (nth === 1) breakAfter(120_000, response, etag);
        else response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
      });
      expect(await download({ url })).toBe(SHA256);
      expect(asked[1]!.headers.range).toBe(etag === '"one"' ? 'bytes=120000-' : undefined);
    }
  });

  test('and a file that changes between: never a mixture, whether the server heeds If-Range or not', async () => {
    const other = randomBytes(BYTES.length);
    for (const heeds of [true, false]) {
      const { url } = await serve((request, response, nth) => {
        if (nth === 1) return breakAfter(120_000, response);
        if (!heeds) delete request.headers['if-range'];
        honest(request, response, other, '"two"');
      });
      expect(await download({ url })).toBe(sha256(other));
    }
  });

  test('and a part that is not the one asked for is not taken', async () => {
    const { url } = await serve((request, response, nth) => {
      if (nth === 1) return breakAfter(120_000, response);
      if (nth > 2) return honest(request, response);
      const range = `bytes 0-${BYTES.length - 1}/${BYTES.length}`;
      response.writeHead(206, { 'content-range': range, etag: '"one"' }).end(BYTES);
    });
    expect(await download({ url })).toBe(SHA256);
  });

  test('when all bytes were there already: 416 is the end, if they are the right ones', async () => {
    const { url, asked } = await serve((request, response, nth) => {
      if (nth > 1) return honest(request, response);
      breakAfter(BYTES.length, response);
    });
    expect(await download({ url })).toBe(SHA256);
    expect(asked).toHaveLength(2);
  });

  test('and 416 for a file that has become shorter: it begins again', async () => {
    const shorter = BYTES.subarray(0, 1_000);
    const { url } = await serve((request, response, nth) =>
      nth === 1 ? breakAfter(120_000, response) : honest(request, response, shorter, '"two"'),
    );
    expect(await download({ url })).toBe(sha256(shorter));
  });

  test('a server that falls silent is left after the idle timeout', async () => {
    const { url } = await serve((request, response, nth) => {
      if (nth > 1) return honest(request, response);
      response.writeHead(200, { 'content-length': BYTES.length, etag: '"one"' }).write(BYTES.subarray(0, 50_000));
    });
    expect(await download({ url }, { idleTimeoutMs: 1_000 })).toBe(SHA256);
  });
});

describe('a server that lies', () => {
  test('about the hash: refused, and nothing is kept', async () => {
    const { url } = await serve((request, response) => honest(request, response, randomBytes(BYTES.length)));
    await expect(download({ url, sha256: SHA256 })).rejects.toEqual(
      failure('UNAVAILABLE', /has SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}.*another mirror/),
    );
    expect(await left()).toBe(0);
  });

  test('about the beginning of a file only: the whole is fetched again', async () => {
    const { url } = await serve((request, response, nth) => {
      if (nth > 1) return honest(request, response);
      breakAfter(1_000, response, '"one"', Buffer.alloc(1_000));
    });
    expect(await download({ url, sha256: SHA256 })).toBe(SHA256);
  });

  test('about the length: refused, or cut off where the file should end', async () => {
    const { url } = await serve((request, response) => honest(request, response));
    await expect(download({ url, sizeBytes: 5 })).rejects.toEqual(
      failure('UNAVAILABLE', /has 300000 bytes instead of 5/),
    );
    const endless = await serve((_request, response) => {
      const more = (): void => void (response.destroyed || response.write(BYTES, more));
      response.writeHead(200);
      more();
    });
    await expect(download({ url: endless.url, sizeBytes: 1_000_000 })).rejects.toEqual(
      failure('UNAVAILABLE', /sends more than the 1000000 bytes/),
    );
    await expect(download({ url: endless.url }, { maxFileBytes: 2_000_000 })).rejects.toEqual(
      failure('UNAVAILABLE', /sends more than the 2000000 bytes/),
    );
    const short = await serve((_request, response) => response.writeHead(200).end(BYTES.subarray(0, 10)));
    await expect(download({ url: short.url, sizeBytes: 1_000 })).rejects.toEqual(
      failure('UNAVAILABLE', /ended after 10 of 1000 bytes/),
    );
  });

  test('about what a disk or a model can hold: refused before the first byte', async () => {
    const { url } = await serve((_request, response) => response.writeHead(200, { 'content-length': 9e14 }).write('x'));
    await expect(download({ url })).rejects.toEqual(failure('LIMIT_EXCEEDED', /a model's file may have 10000000/));
    await expect(download({ url }, { maxFileBytes: 1e15 })).rejects.toEqual(
      failure('UNAVAILABLE', /bytes free, and 9\d{14} are needed; free some, or set WENTU_DATA_DIR/),
    );
  });

  test('about its encoding: compressed bytes that were not asked for are refused', async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    );
    await expect(download({ url })).rejects.toEqual(failure('UNAVAILABLE', /gzip-encoded/));
  });
});

describe('answers that are no file', () => {
  test.each([
    [404, 'NOT_FOUND', /answered 404: there is no such file/, 1],
    [401, 'FORBIDDEN', /answered 401.*log in.*wentu model add FOLDER/, 1],
    [400, 'UNAVAILABLE', /answered 400/, 1],
    [503, 'UNAVAILABLE', /answered 503; given up after 3/, 3],
    [429, 'UNAVAILABLE', /answered 429; given up after 3/, 3],
  ])('%d is %s', async (status, code, message, times) => {
    const { url, asked } = await serve((_request, response) => response.writeHead(status).end('no'));
    await expect(download({ url: `${url}/a?token=secret` })).rejects.toEqual(failure(code, message));
    await expect(download({ url: `${url}/a?token=secret` })).rejects.not.toThrow(/secret/);
    expect(asked).toHaveLength(2 * times);
  });

  test.each(['<!DOCTYPE html><p>log in', '\n <html lang="zh">'])('a web page instead of it is: %j', async (page) => {
    const { url, asked } = await serve((_request, response) => response.writeHead(200).end(page));
    await expect(download({ url })).rejects.toEqual(
      failure('UNAVAILABLE', /^http.* is answered with a web page instead of the file/),
    );
    expect(asked).toHaveLength(1);
    expect(await left()).toBe(0);
  });

  test('Retry-After is waited for when it is short, and told when it is long', async () => {
    const short = await serve((request, response, nth) =>
      nth === 1 ? response.writeHead(429, { 'retry-after': '0' }).end() : honest(request, response),
    );
    expect(await download({ url: short.url })).toBe(SHA256);
    const long = await serve((_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end());
    await expect(download({ url: long.url })).rejects.toEqual(failure('UNAVAILABLE', /asks to wait 3600 s/));
    expect(long.asked).toHaveLength(1);
  });

  test('redirects are followed, but not in a circle, and not to where files are not', async () => {
    const { url, asked } = await serve((request, response) => {
      if (request.url === '/file') return honest(request, response);
      const location = { '/once': '/file', '/loop': '/loop', '/disk': 'file:///etc/passwd' }[request.url ?? ''];
      response.writeHead(302, { location, 'x-linked-etag': `"${SHA256}"` }).end();
    });
    expect(await download({ url: `${url}/once` })).toBe(SHA256);
    await expect(download({ url: `${url}/loop` })).rejects.toEqual(failure('UNAVAILABLE', /more than 5 times/));
    await expect(download({ url: `${url}/disk` })).rejects.toEqual(
      failure('UNAVAILABLE', /redirects to .*not as safe/),
    );
    expect(asked.length).toBeLessThan(10);
  });

  test('the hash that a hub gives with its redirect is checked', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/file') return honest(request, response, randomBytes(1_000));
      response.writeHead(302, { location: '/file', 'x-linked-etag': `"${SHA256}"` }).end();
    });
    await expect(download({ url })).rejects.toEqual(failure('UNAVAILABLE', /has SHA-256/));
    await expect(download({ url, sha256: '0'.repeat(64) })).rejects.toEqual(
      failure('UNAVAILABLE', /is said to have SHA-256/),
    );
  });

  test('nobody there is said at once, with the address and what may be the reason', async () => {
    const server = createServer();
    const url = await listen(server);
    await new Promise((done) => server.close(done));
    await expect(download({ url: `${url}/model.onnx` })).rejects.toEqual(
      failure('UNAVAILABLE', /127\.0\.0\.1:\d+\/model\.onnx: .*offline, or does it need a proxy/),
    );
  });
});

describe('a proxy', () => {
  /** Tunnels, as proxies do for https and undici's client does for http too. */
  async function proxy(): Promise<{ address: string; tunnels: string[] }> {
    const tunnels: string[] = [];
    const server = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
      tunnels.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [socket, upstream]) end.on('error', () => upstream.destroy());
      closing.push(() => void socket.destroy());
    });
    return { address: (await listen(server)).replace('http://', ''), tunnels };
  }

  test('is used, also when it is written as host:port, but not for those that NO_PROXY names', async () => {
    const { address, tunnels } = await proxy();
    const { url } = await serve((request, response) => honest(request, response));
    expect(await download({ url }, { proxies: { http: address, https: null, except: null } })).toBe(SHA256);
    expect(tunnels).toEqual([new URL(url).host]);
    await rm(join(folder, 'state.json'));
    expect(await download({ url }, { proxies: { http: address, https: null, except: '127.0.0.1' } })).toBe(SHA256);
    expect(tunnels).toHaveLength(1);
  });

  test('that refuses or is no address is an error that says so', async () => {
    const refusing = await listen(
      createServer().on('connect', (_request, socket: Socket) => socket.end('HTTP/1.1 407 No\r\n\r\n')),
    );
    const proxies = { http: refusing, https: null, except: null };
    await expect(download({ url: 'http://127.0.0.1:9/x' }, { proxies })).rejects.toEqual(
      failure('UNAVAILABLE', /407.*proxy/i),
    );
    const bad = { http: 'http://[', https: null, except: null };
    await expect(download({ url: 'http://127.0.0.1:9/x' }, { proxies: bad })).rejects.toEqual(
      failure('INVALID_INPUT', /HTTP_PROXY or HTTPS_PROXY cannot be used/),
    );
  });
});
