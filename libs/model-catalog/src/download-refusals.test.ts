import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  listen,
  serve,
  honest,
  breakAfter,
  download,
  failure,
  left,
  BYTES,
  SHA256,
  folder,
  closing,
} from './testing/download-harness';

describe('a server with wrong claims', () => {
  test('about the hash: the file is refused and removed', async () => {
    const { url } = await serve((request, response) => honest(request, response, randomBytes(BYTES.length)));
    await expect(download({ url, sha256: SHA256 })).rejects.toEqual(
      failure('UNAVAILABLE', /has SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}.*another mirror/),
    );
    expect(await left()).toBe(0);
  });

  test('about the first part only: the whole file is downloaded again', async () => {
    const { url } = await serve((request, response, nth) => {
      if (nth > 1) return honest(request, response);
      breakAfter(1_000, response, '"one"', Buffer.alloc(1_000));
    });
    expect(await download({ url, sha256: SHA256 })).toBe(SHA256);
  });

  test('about the length: the file is refused, or stopped at the expected end', async () => {
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

  test('about a size over the disk or the limit: the file is refused before the first byte', async () => {
    const { url } = await serve((_request, response) => response.writeHead(200, { 'content-length': 9e14 }).write('x'));
    await expect(download({ url })).rejects.toEqual(failure('LIMIT_EXCEEDED', /a model's file may have 10000000/));
    await expect(download({ url }, { maxFileBytes: 1e15 })).rejects.toEqual(
      failure('UNAVAILABLE', /bytes free, but the download needs 9\d{14}; free some space, or set WENTU_DATA_DIR/),
    );
  });

  test('about the encoding: compressed bytes are refused when plain ones were requested', async () => {
    const { url } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    );
    await expect(download({ url })).rejects.toEqual(failure('UNAVAILABLE', /gzip-encoded/));
  });
});

describe('answers without the file', () => {
  test.each([
    [404, 'NOT_FOUND', /answered 404: there is no such file/, 1],
    [401, 'FORBIDDEN', /answered 401.*login.*wentu model add FOLDER/, 1],
    [400, 'UNAVAILABLE', /answered 400/, 1],
    [503, 'UNAVAILABLE', /answered 503; stopped after 3/, 3],
    [429, 'UNAVAILABLE', /answered 429; stopped after 3/, 3],
  ])('%d is %s', async (status, code, message, times) => {
    const { url, asked } = await serve((_request, response) => response.writeHead(status).end('no'));
    await expect(download({ url: `${url}/a?token=secret` })).rejects.toEqual(failure(code, message));
    await expect(download({ url: `${url}/a?token=secret` })).rejects.not.toThrow(/secret/);
    expect(asked).toHaveLength(2 * times);
  });

  test.each(['<!DOCTYPE html><p>log in', '\n <html lang="zh">'])('a web page is UNAVAILABLE: %j', async (page) => {
    const { url, asked } = await serve((_request, response) => response.writeHead(200).end(page));
    await expect(download({ url })).rejects.toEqual(
      failure('UNAVAILABLE', /^http.* gives a web page instead of the file/),
    );
    expect(asked).toHaveLength(1);
    expect(await left()).toBe(0);
  });

  test('waits for a short Retry-After, and reports a long one', async () => {
    const short = await serve((request, response, nth) =>
      nth === 1 ? response.writeHead(429, { 'retry-after': '0' }).end() : honest(request, response),
    );
    expect(await download({ url: short.url })).toBe(SHA256);
    const long = await serve((_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end());
    await expect(download({ url: long.url })).rejects.toEqual(failure('UNAVAILABLE', /asks to wait 3600 s/));
    expect(long.asked).toHaveLength(1);
  });

  test('follows redirects, but no loop, and none to another protocol', async () => {
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

  test('the hash in a redirect of the hub is checked', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/file') return honest(request, response, randomBytes(1_000));
      response.writeHead(302, { location: '/file', 'x-linked-etag': `"${SHA256}"` }).end();
    });
    await expect(download({ url })).rejects.toEqual(failure('UNAVAILABLE', /has SHA-256/));
    await expect(download({ url, sha256: '0'.repeat(64) })).rejects.toEqual(
      failure('UNAVAILABLE', /has SHA-256 \w+ on the server/),
    );
  });

  test('an unreachable server is reported at once, with the address and a possible reason', async () => {
    const server = createServer();
    const url = await listen(server);
    await new Promise((done) => server.close(done));
    await expect(download({ url: `${url}/model.onnx` })).rejects.toEqual(
      failure('UNAVAILABLE', /127\.0\.0\.1:\d+\/model\.onnx: .*online, and set HTTPS_PROXY if it needs a proxy/),
    );
  });
});

describe('a proxy', () => {
  /** A proxy with CONNECT tunnels. undici uses a tunnel also for http. */
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

  test('is used, also when it is written as host:port, but not for hosts in NO_PROXY', async () => {
    const { address, tunnels } = await proxy();
    const { url } = await serve((request, response) => honest(request, response));
    expect(await download({ url }, { proxies: { http: address, https: null, except: null } })).toBe(SHA256);
    expect(tunnels).toEqual([new URL(url).host]);
    await rm(join(folder, 'state.json'));
    expect(await download({ url }, { proxies: { http: address, https: null, except: '127.0.0.1' } })).toBe(SHA256);
    expect(tunnels).toHaveLength(1);
  });

  test('that refuses, or has no valid address, is an error that says so', async () => {
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
