import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { downloadFiles, type DownloadProgress } from './download-files';
import {
  serve,
  honest,
  breakAfter,
  download,
  failure,
  left,
  NO_PROXIES,
  sha256,
  BYTES,
  SHA256,
  folder,
  closing,
} from './testing/download-harness';
import { HttpClient } from './http-client';

describe('an honest server', () => {
  test('downloads the file and reports progress; a second call sends no request', async () => {
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
      receivedInAllBytes: BYTES.length,
      totalBytes: BYTES.length,
    });
    expect(await download(file)).toBe(SHA256);
    expect(asked).toHaveLength(1);
  });

  test('removes the files of an earlier call; optional files may be missing', async () => {
    const { url } = await serve((request, response) =>
      request.url === '/there' ? honest(request, response) : response.writeHead(404).end(),
    );
    await download({ url: `${url}/there`, path: 'old/model.onnx' }).catch(() => undefined);
    expect(existsSync(join(folder, 'files/old/model.onnx'))).toBe(true);
    const http = new HttpClient({ proxies: NO_PROXIES, idleTimeoutMs: 1_000 });
    closing.push(() => http.close());
    await downloadFiles(
      [
        { url: `${url}/there`, path: 'model.onnx' },
        { url: `${url}/not`, path: 'extra', optional: true },
      ],
      folder,
      { http, retry: { maxAttempts: 1, firstDelayMs: 1, maxDelayMs: 1, maxAskedMs: 1 }, maxFileBytes: 1e9 },
    );
    expect(existsSync(join(folder, 'files/old/model.onnx'))).toBe(false);
    expect(existsSync(join(folder, 'files/extra'))).toBe(false);
  });

  test('a stopped download keeps its bytes, and the next call continues', async () => {
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

describe('a broken connection', () => {
  test('midway: requests the rest and checks the whole file', async () => {
    const { url, asked } = await serve((request, response, nth) =>
      nth === 1 ? breakAfter(120_000, response) : honest(request, response),
    );
    expect(await download({ url, sha256: SHA256 })).toBe(SHA256);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=120000-']);
  });

  test('each time: stops after the allowed attempts and keeps the received bytes', async () => {
    const { url, asked } = await serve((_request, response) => breakAfter(1_000, response));
    await expect(download({ url })).rejects.toEqual(
      failure('UNAVAILABLE', /stopped after 3 failed attempts.*--mirror/),
    );
    expect(asked).toHaveLength(3);
    expect(await left()).toBe(1_000);
  });

  test('and a server that ignores Range, or sent no ETag: starts again from 0', async () => {
    for (const etag of ['"one"', null, 'W/"weak"']) {
      const { url, asked } = await serve((_request, response, nth) => {
        if (nth === 1) breakAfter(120_000, response, etag);
        else response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
      });
      expect(await download({ url })).toBe(SHA256);
      expect(asked[1]!.headers.range).toBe(etag === '"one"' ? 'bytes=120000-' : undefined);
    }
  });

  test('and a file that changes meanwhile: never mixes both, whether or not the server supports If-Range', async () => {
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

  test('and a part that was not requested is refused', async () => {
    const { url } = await serve((request, response, nth) => {
      if (nth === 1) return breakAfter(120_000, response);
      if (nth > 2) return honest(request, response);
      const range = `bytes 0-${BYTES.length - 1}/${BYTES.length}`;
      response.writeHead(206, { 'content-range': range, etag: '"one"' }).end(BYTES);
    });
    expect(await download({ url })).toBe(SHA256);
  });

  test('when all bytes are already on disk: 416 ends the download if their hash is right', async () => {
    const { url, asked } = await serve((request, response, nth) => {
      if (nth > 1) return honest(request, response);
      breakAfter(BYTES.length, response);
    });
    expect(await download({ url })).toBe(SHA256);
    expect(asked).toHaveLength(2);
  });

  test('and 416 for a file that has become shorter: starts again', async () => {
    const shorter = BYTES.subarray(0, 1_000);
    const { url } = await serve((request, response, nth) =>
      nth === 1 ? breakAfter(120_000, response) : honest(request, response, shorter, '"two"'),
    );
    expect(await download({ url })).toBe(sha256(shorter));
  });

  test('a server that sends nothing is given up after the idle timeout', async () => {
    const { url } = await serve((request, response, nth) => {
      if (nth > 1) return honest(request, response);
      response.writeHead(200, { 'content-length': BYTES.length, etag: '"one"' }).write(BYTES.subarray(0, 50_000));
    });
    expect(await download({ url }, { idleTimeoutMs: 1_000 })).toBe(SHA256);
  });
});
