import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { ModelDownloader, type DownloaderOptions, type DownloadTimes } from './model-downloader';
import type { DownloadPlan, PlanOptions } from './plan-download';
import type { DownloadWait } from './retry';
import { closing, failure, folder, listen, NO_PROXIES } from './testing/download-harness';
import { ID, startHub, type FakeHub } from './testing/fake-hub';

const FILES = { 'config.json': Buffer.from('{}'), 'model.onnx': Buffer.alloc(150_000, 7) };
const TIMES: DownloadTimes = {
  idleTimeoutMs: 2_000,
  smallFileTimeoutMs: 2_000,
  maxAttempts: 3,
  firstDelayMs: 1,
  maxDelayMs: 100,
  maxAskedMs: 3_000,
};
const recognise: PlanOptions['recognise'] = async ({ files }) => ({
  layout: 'any',
  name: null,
  precision: null,
  files,
});

function downloader(options: Partial<DownloaderOptions>): ModelDownloader {
  const none = { endpoint: null, token: null, modelScope: null, mirror: null };
  const created = new ModelDownloader({ proxies: NO_PROXIES, ...none, ...options }, TIMES);
  closing.push(() => created.close());
  return created;
}
const plan = (source: string, options: Partial<DownloaderOptions>): Promise<DownloadPlan> =>
  downloader(options).plan(source, { recognise });
async function add(source: string, options: Partial<DownloaderOptions>): Promise<void> {
  const one = downloader(options);
  await one.download(await one.plan(source, { recognise }), folder, {});
}

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;
/** A hub whose API or files answer as the handler does. */
async function hubThat(part: RegExp, handler: Handler): Promise<FakeHub> {
  let nth = 0;
  return await startHub(FILES, {
    meddle: (request, response, at) => {
      if (at === 'storage' || !part.test(request.url ?? '')) return false;
      handler(request, response, (nth += 1));
      return true;
    },
  });
}
const refusing =
  (status: number, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(status, headers).end('{"error":"no"}');

describe('the answers of a hub without a model', () => {
  test.each([
    [401, 'RepoNotFound', null, 'NOT_FOUND', /no repository owner\/name, or it is private; .*set HF_TOKEN/],
    [404, 'RepoNotFound', 'hf_secret', 'NOT_FOUND', /no repository .*whether the token in HF_TOKEN may read it/],
    [401, null, null, 'NOT_FOUND', /no repository owner\/name/],
    [401, 'GatedRepo', null, 'FORBIDDEN', /after its terms are accepted; open http.*\/owner\/name .*set HF_TOKEN/],
    [403, 'GatedRepo', 'hf_secret', 'FORBIDDEN', /check that the token in HF_TOKEN belongs to that account/],
    [404, 'RevisionNotFound', null, 'NOT_FOUND', /owner\/name has no such revision/],
    [403, null, null, 'FORBIDDEN', /needs a login/],
  ])('%i %s with the token %s is %s', async (status, errorCode, token, code, message) => {
    const hub = await hubThat(/^\/api/, refusing(status, errorCode === null ? {} : { 'x-error-code': errorCode }));
    const refused = plan(`hf:${ID}`, { endpoint: hub.address, token });
    await expect(refused).rejects.toEqual(failure(code, message));
    await expect(refused).rejects.not.toThrow(/hf_secret/);
    expect(hub.asked).toHaveLength(1);
  });

  test('files of a repository with terms to accept are FORBIDDEN with the address of the page', async () => {
    const hub = await hubThat(/resolve/, refusing(401, { 'x-error-code': 'GatedRepo' }));
    await expect(add(`hf:${ID}`, { endpoint: hub.address })).rejects.toEqual(
      failure('FORBIDDEN', new RegExp(`open ${hub.address}/owner/name in a browser`)),
    );
  });

  test.each([
    ['a web page', '<!doctype html><p>log in', /gives a web page instead of data.*log in to the network/],
    ['no JSON', 'hello', /is not JSON/],
    ['other JSON', '{"sha":5}', /is not the answer of a model hub: sha/],
  ])('%s is UNAVAILABLE', async (_what, body, message) => {
    const hub = await hubThat(/^\/api/, (_request, response) => response.end(body));
    await expect(plan(`hf:${ID}`, { endpoint: hub.address })).rejects.toEqual(failure('UNAVAILABLE', message));
  });

  test('a listing without an end, or with too many files, is refused', async () => {
    const endless = await hubThat(/^\/api/, (_request, response) => {
      const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536, 32), more));
      more();
    });
    await expect(plan(`hf:${ID}`, { endpoint: endless.address })).rejects.toEqual(
      failure('LIMIT_EXCEEDED', /more than 8388608 bytes/),
    );
    const page = JSON.stringify(Array.from({ length: 1_000 }, (_, i) => ({ type: 'file', path: `${i}`, size: 1 })));
    const loop = await hubThat(/tree/, (request, response) => {
      response.writeHead(200, { link: `<${request.url}>; rel="next"` }).end(page);
    });
    await expect(plan(`hf:${ID}`, { endpoint: loop.address })).rejects.toEqual(
      failure('LIMIT_EXCEEDED', /lists more than 10000 files/),
    );
  });

  test('paths that lead out of the folder are not files of the model', async () => {
    const entries = ['../../.bashrc', '/etc/passwd', 'a\\b', '.ssh/id', 'a/../b', 'config.json', 'con./x'];
    const hub = await hubThat(/tree/, (_request, response) =>
      response.end(JSON.stringify(entries.map((path) => ({ type: 'file', path, size: 2 })))),
    );
    expect((await plan(`hf:${ID}`, { endpoint: hub.address })).files.map(({ path }) => path)).toEqual(['config.json']);
  });

  test('a slow server is given up after the time for small files, however often it sends', async () => {
    const hub = await hubThat(/^\/api/, (_request, response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    });
    await expect(plan(`hf:${ID}`, { endpoint: hub.address })).rejects.toEqual(
      failure('UNAVAILABLE', /took more than 2 s; stopped after 3/),
    );
  }, 30_000);
});

describe('a hub that counts requests', () => {
  test('is asked again after the rest of its window, and the wait is reported', async () => {
    const waits: DownloadWait[] = [];
    const hub = await hubThat(/revision/, (_request, response, nth) => {
      const headers = { ratelimit: '"api";r=0;t=2', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' };
      if (nth === 1) response.writeHead(429, headers).end();
      else response.end(JSON.stringify({ sha: 'a'.repeat(40) }));
    });
    await plan(`hf:${ID}`, { endpoint: hub.address, onWait: (wait) => waits.push(wait) });
    expect(waits).toEqual([{ waitMs: 2_000, reason: expect.stringContaining('answered 429') as string }]);
  });

  test('for longer than the limit is reported at once', async () => {
    const hub = await hubThat(/revision/, refusing(429, { ratelimit: '"api";r=0;t=900' }));
    await expect(plan(`hf:${ID}`, { endpoint: hub.address })).rejects.toEqual(
      failure('UNAVAILABLE', /answered 429 and asks to wait 900 s/),
    );
    expect(hub.asked).toHaveLength(1);
  });
});

describe('the token', () => {
  test('is sent to the hub, and not to the storage that the hub redirects to', async () => {
    const hub = await startHub(FILES);
    await add(`hf:${ID}`, { endpoint: hub.address, token: ' hf_secret\n' });
    const sent = (at: string): Set<string | undefined> =>
      new Set(hub.asked.filter((asked) => asked.at === at).map(({ authorization }) => authorization));
    expect(sent('hub')).toEqual(new Set(['Bearer hf_secret']));
    expect(sent('storage')).toEqual(new Set([undefined]));
  });

  test('is not sent to a mirror, to ModelScope or to another server', async () => {
    const mirror = await startHub(FILES);
    const modelScope = await startHub(FILES, { kind: 'modelscope' });
    const options = { token: 'hf_secret', mirror: mirror.address, modelScope: modelScope.address };
    await plan(`hf:${ID}`, options);
    await plan(`modelscope:${ID}`, options);
    await plan(`${mirror.address}/${ID}`, { token: 'hf_secret' });
    const sent = [...mirror.asked, ...modelScope.asked].map(({ authorization }) => authorization);
    expect(new Set(sent)).toEqual(new Set([undefined]));
  });

  test('that is none is refused without its value', () => {
    expect(() => downloader({ token: 'my secret' })).toThrow(/HF_TOKEN is not a token/);
    expect(() => downloader({ token: 'my secret' })).not.toThrow(/my secret/);
  });
});

describe('a mirror', () => {
  test('that redirects to the hub itself is asked for the same file', async () => {
    const mirror = await hubThat(/resolve\/a{40}\/model\.onnx$/, (request, response) => {
      response.writeHead(302, { location: `https://huggingface.co${request.url}?again=1` }).end();
    });
    await add(`hf:${ID}`, { mirror: mirror.address });
    expect(mirror.asked.filter(({ url }) => url.endsWith('model.onnx?again=1'))).toHaveLength(1);
  });

  test('that redirects to a server that cannot be reached: the error names both', async () => {
    const closed = createServer();
    const gone = await listen(closed);
    await new Promise((done) => closed.close(done));
    const mirror = await hubThat(/model\.onnx$/, (_request, response) => {
      response.writeHead(302, { location: `${gone}/file` }).end();
    });
    await expect(add(`hf:${ID}`, { mirror: mirror.address })).rejects.toEqual(
      failure('UNAVAILABLE', new RegExp(`${gone}/file, where ${mirror.address} redirects to`)),
    );
  });

  test('that redirects in a circle is given up', async () => {
    const mirror = await hubThat(/model\.onnx/, (request, response) => {
      response.writeHead(302, { location: `${request.url}` }).end();
    });
    await expect(add(`hf:${ID}`, { mirror: mirror.address })).rejects.toEqual(
      failure('UNAVAILABLE', /redirects more than 5 times/),
    );
  });
});
