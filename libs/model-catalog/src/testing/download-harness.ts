/** Helpers of the download tests: a folder for each test, servers with faults, and the call. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadFiles, type DownloadOptions } from '../download-files';
import type { RemoteFile } from '../file-download';
import { HttpClient, type Proxies } from '../http-client';

export const NO_PROXIES: Proxies = { http: null, https: null, except: null };
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const BYTES = randomBytes(300_000);
export const SHA256 = sha256(BYTES);

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

export let folder: string;
export const closing: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-download-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server whose n-th answer (counted from 1) comes from the handler. */
export async function serve(handler: Handler): Promise<{ url: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const url = await listen(
    createServer((request, response) => {
      asked.push(request);
      handler(request, response, asked.length);
    }),
  );
  return { url, asked };
}

/** A correct server with ranges; `bytes` may change between answers. */
export function honest(request: IncomingMessage, response: ServerResponse, bytes = BYTES, etag = '"one"'): void {
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

/**
 * Breaks the connection once these bytes are on the client's disk. The client loses bytes that it has received but not
 * written.
 */
export function breakAfter(size: number, response: ServerResponse, etag: string | null = '"one"', bytes = BYTES): void {
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
/** @returns the SHA-256 of the downloaded file */
export async function download(
  file: Partial<RemoteFile> & { url: string },
  overrides: Overrides = {},
): Promise<string> {
  const { proxies = NO_PROXIES, idleTimeoutMs = 5_000, ...rest } = overrides;
  const http = new HttpClient({ proxies, idleTimeoutMs });
  try {
    const files = await downloadFiles([{ path: 'model.onnx', ...file }], folder, {
      http,
      retry: { maxAttempts: 3, firstDelayMs: 1, maxDelayMs: 100, maxAskedMs: 100 },
      maxFileBytes: 10_000_000,
      ...rest,
    });
    return sha256(await readFile(join(files, 'model.onnx')));
  } finally {
    await http.close();
  }
}
export const failure = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });
export const left = (): Promise<number> =>
  stat(join(folder, 'files/model.onnx')).then(
    ({ size }) => size,
    () => 0,
  );
