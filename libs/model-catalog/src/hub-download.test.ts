import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DownloadProgress } from './download-files';
import { ModelDownloader, type DownloaderOptions, type DownloadTimes } from './model-downloader';
import type { DownloadPlan, PlanOptions } from './plan-download';
import { closing, failure, folder, NO_PROXIES } from './testing/download-harness';
import { commit, etagOf, ID, startHub, type FakeHub, type Files } from './testing/fake-hub';

const CONFIG = Buffer.from('{"model_type":"chinese_clip"}');
const GRAPH = randomBytes(300_000);
const FILES: Files = {
  'config.json': CONFIG,
  'vocab.txt': Buffer.from('[PAD]\n'),
  'onnx/model.onnx': GRAPH,
  'onnx/model_fp16.onnx': randomBytes(150_000),
  'pytorch_model.bin': randomBytes(200_000),
};
const NEEDED = ['config.json', 'vocab.txt', 'onnx/model.onnx'];
const TIMES: DownloadTimes = {
  idleTimeoutMs: 5_000,
  smallFileTimeoutMs: 5_000,
  maxAttempts: 3,
  firstDelayMs: 1,
  maxDelayMs: 100,
  maxAskedMs: 3_000,
};

interface Options extends Partial<Omit<DownloaderOptions, 'proxies'>> {
  readonly times?: Partial<DownloadTimes>;
  readonly plan?: Partial<PlanOptions>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

function downloader({
  times,
  plan: _plan,
  signal: _signal,
  onProgress: _progress,
  ...access
}: Options): ModelDownloader {
  const none = { endpoint: null, token: null, modelScope: null, mirror: null };
  const created = new ModelDownloader({ proxies: NO_PROXIES, ...none, ...access }, { ...TIMES, ...times });
  closing.push(() => created.close());
  return created;
}

/** The model needs the config, the vocabulary and the graph; others are refused by their config. */
const recognise: PlanOptions['recognise'] = async ({ files, readText }) => {
  if (!(await readText('config.json')).includes('chinese_clip')) throw new Error('refused by its config');
  return { layout: 'Chinese-CLIP', name: null, precision: null, files: NEEDED.filter((path) => files.includes(path)) };
};

async function plan(source: string, options: Options): Promise<DownloadPlan> {
  return await downloader(options).plan(source, { recognise, ...options.plan }, options.signal);
}

/** Downloads into the folder of the test. @returns the plan */
async function add(source: string, options: Options, expected: Files = FILES): Promise<DownloadPlan> {
  const { signal, onProgress } = options;
  const one = downloader(options);
  const found = await one.plan(source, { recognise, ...options.plan }, signal);
  const files = await one.download(found, folder, {
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  for (const path of NEEDED) expect((await readFile(join(files, path))).equals(expected[path]!)).toBe(true);
  return found;
}

const endpointOf = (hub: FakeHub): Options => ({ endpoint: hub.address });
const modelScopeOf = (hub: FakeHub): Options => ({ modelScope: hub.address });
const large = (hub: FakeHub): string[] => hub.asked.filter(({ at }) => at === 'storage').map(({ url }) => url);

describe('a repository of the hub', () => {
  test('is listed first; only the needed files are downloaded, from one commit, and their total is known', async () => {
    const hub = await startHub(FILES);
    const seen: DownloadProgress[] = [];
    const found = await add(`hf:${ID}`, { ...endpointOf(hub), onProgress: (progress) => seen.push(progress) });
    const total = NEEDED.reduce((sum, path) => sum + FILES[path]!.length, 0);
    expect(found).toMatchObject({
      name: 'name',
      layout: 'Chinese-CLIP',
      totalBytes: total,
      origin: { source: `hf:${ID}`, revision: commit('a'), requested: null },
    });
    expect(seen.at(-1)).toMatchObject({ receivedInAllBytes: total, totalBytes: total, number: 3, count: 3 });
    expect(hub.asked[0]!.url).toMatch(/^\/api\/models\/owner\/name\/revision\/main/);
    expect(hub.asked[1]!.url).toMatch(/^\/api\/models\/owner\/name\/tree\/a{40}\?recursive/);
    expect(hub.asked.filter(({ url }) => /fp16|pytorch/.test(url))).toEqual([]);
    expect(large(hub)).toHaveLength(1);
  });

  test('is found by the address of its page, of a file, of a folder and with a revision', async () => {
    const hub = await startHub({
      ...FILES,
      ...Object.fromEntries(NEEDED.map((path) => [`b16/${path}`, FILES[path]!])),
    });
    hub.revisions.set(commit('b'), { 'config.json': CONFIG });
    const page = `${hub.address}/${ID}`;
    const paths = async (source: string): Promise<string[]> =>
      (await plan(source, endpointOf(hub))).files.map(({ url }) => new URL(url).pathname.replace(/^.*resolve/, ''));
    const root = NEEDED.map((path) => `/${commit('a')}/${path}`);
    for (const source of [
      page,
      `${page}/`,
      `${page}/tree/main`,
      `${page}/blob/main/config.json?x=1`,
      `${page}/resolve/main/`,
    ])
      expect(await paths(source)).toEqual(root);
    for (const source of [`${page}/tree/main/b16`, `${page}/blob/main/b16/config.json`])
      expect(await paths(source)).toEqual(NEEDED.map((path) => `/${commit('a')}/b16/${path}`));
    for (const source of [`${page}/tree/${commit('b')}`, `hf:${ID}@${commit('b')}`])
      expect(await paths(source)).toEqual([`/${commit('b')}/config.json`]);
    // The same server without being the configured hub.
    expect((await plan(page, {})).origin).toEqual({ source: page, revision: commit('a'), requested: null });
  });

  test('that cannot be imported is refused before a large byte', async () => {
    const hub = await startHub({ ...FILES, 'config.json': Buffer.from('{"model_type":"siglip"}') });
    await expect(add(`hf:${ID}`, endpointOf(hub))).rejects.toThrow('refused by its config');
    expect(large(hub)).toEqual([]);
  });

  test('that is larger than the disk is refused before the first byte, with the figures', async () => {
    const hub = await startHub(FILES, {
      meddle: (request, response) => {
        if (!request.url?.includes('/tree/')) return false;
        const lfs = { oid: 'a'.repeat(64), size: 9e14 };
        const graph = { type: 'file', path: 'onnx/model.onnx', size: 9e14, oid: commit('f'), lfs };
        response.end(JSON.stringify([{ type: 'file', path: 'config.json', size: CONFIG.length }, graph]));
        return true;
      },
    });
    await expect(add(`hf:${ID}`, endpointOf(hub))).rejects.toEqual(
      failure(
        'UNAVAILABLE',
        /has \d+ bytes free, but the download needs 1\d{15}; free some space, or set WENTU_DATA_DIR/,
      ),
    );
    await expect(add(`hf:${ID}`, endpointOf(hub))).rejects.toMatchObject({ name: 'DiskFullError' });
    // Only the recognition reads a file.
    expect(hub.asked.filter(({ url }) => url.includes('/resolve/'))).toHaveLength(2);
  });

  test('with several pages of files is read to the end, also when the links name another host', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`extra/${i}.txt`, Buffer.from('x')]));
    const hub = await startHub({ ...many, ...FILES }, { pageSize: 10 });
    await add(`hf:${ID}`, endpointOf(hub));
    expect(hub.asked.filter(({ url }) => url.includes('/tree/'))).toHaveLength(3);
  });

  test('without the API of a hub is downloaded by the names of its files', async () => {
    const hub = await startHub(FILES, {
      meddle: (request, response) => {
        if (!request.url?.startsWith('/api/')) return false;
        response.writeHead(404).end();
        return true;
      },
    });
    const assumed: PlanOptions['recognise'] = async () => ({
      layout: 'Chinese-CLIP',
      name: null,
      precision: null,
      files: [],
    });
    const found = await plan(`hf:${ID}`, { ...endpointOf(hub), plan: { recognise: assumed } });
    expect(found).toMatchObject({ origin: null, totalBytes: null });
    expect(found.files.map(({ path }) => path)).toContain('onnx/model.onnx_data');
  });
});

describe('an interrupted download', () => {
  /** Breaks the first download of the graph, and stops there. */
  async function interrupted(hubOptions: { kind?: 'modelscope' } = {}): Promise<FakeHub> {
    const state = { broken: true };
    const hub = await startHub(FILES, {
      ...hubOptions,
      meddle: (_request, response, at) => {
        if (at === 'hub' || !state.broken) return false;
        response
          .writeHead(200, { 'content-length': GRAPH.length, etag: etagOf(GRAPH, hubOptions.kind) })
          .write(GRAPH.subarray(0, 120_000));
        return true;
      },
    });
    const stop = new AbortController();
    const options = hubOptions.kind ? modelScopeOf(hub) : endpointOf(hub);
    const source = `${hubOptions.kind ? 'modelscope' : 'hf'}:${ID}`;
    const stopped = add(source, {
      ...options,
      signal: stop.signal,
      onProgress: ({ file, receivedBytes }) => {
        if (file === 'onnx/model.onnx' && receivedBytes === 120_000) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    state.broken = false;
    hub.asked.length = 0;
    return hub;
  }

  const asked = (hub: FakeHub): [string | undefined, string | undefined][] =>
    hub.asked.filter(({ at }) => at === 'storage').map(({ range, ifRange }) => [range, ifRange]);

  test('goes on with its commit although the branch has moved', async () => {
    const hub = await interrupted();
    hub.revisions.set(commit('b'), { ...FILES, 'config.json': Buffer.from('{"model_type":"chinese_clip","v":2}') });
    hub.head = commit('b');
    const found = await add(`hf:${ID}`, { ...endpointOf(hub), plan: { interrupted: async () => commit('a') } });
    expect(found.origin?.revision).toBe(commit('a'));
    expect(asked(hub)).toEqual([['bytes=120000-', etagOf(GRAPH)]]);
    expect(hub.asked.filter(({ url }) => url.includes(commit('b')))).toEqual([]);
  });

  test('takes the new commit when the hub no longer has its own, and keeps the bytes of unchanged files', async () => {
    const hub = await interrupted();
    const newer = { ...FILES, 'config.json': Buffer.from('{"model_type":"chinese_clip","v":2}') };
    hub.revisions.set(commit('b'), newer);
    hub.revisions.delete(commit('a'));
    hub.head = commit('b');
    const options = { ...endpointOf(hub), plan: { interrupted: async () => commit('a') } };
    const found = await add(`hf:${ID}`, options, newer);
    expect(found.origin?.revision).toBe(commit('b'));
    expect(asked(hub)).toEqual([['bytes=120000-', undefined]]);
  });

  test('of the hub goes on from ModelScope', async () => {
    await interrupted();
    const modelScope = await startHub(FILES, { kind: 'modelscope' });
    await add(`modelscope:${ID}`, modelScopeOf(modelScope));
    expect(asked(modelScope)).toEqual([['bytes=120000-', undefined]]);
  });

  test('of ModelScope goes on from the hub', async () => {
    await interrupted({ kind: 'modelscope' });
    const hub = await startHub(FILES);
    await add(`hf:${ID}`, endpointOf(hub));
    expect(asked(hub)).toEqual([['bytes=120000-', undefined]]);
  });

  test('starts the file again when the other hub has other bytes', async () => {
    await interrupted();
    const other = { ...FILES, 'onnx/model.onnx': randomBytes(300_000) };
    const modelScope = await startHub(other, { kind: 'modelscope' });
    await add(`modelscope:${ID}`, modelScopeOf(modelScope), other);
    expect(asked(modelScope)).toEqual([[undefined, undefined]]);
  });

  test('gets a fresh signed address when the storage refuses the old one', async () => {
    let broken = true;
    const hub = await startHub(FILES, {
      meddle: (_request, response, at) => {
        if (at === 'hub' || !broken) return false;
        broken = false;
        response.writeHead(403).end('expired');
        return true;
      },
    });
    await add(`hf:${ID}`, endpointOf(hub));
    expect(new Set(large(hub)).size).toBe(2);
  });

  test('has one commit although the branch moves between the listing and the files', async () => {
    const newer = Object.fromEntries(Object.keys(FILES).map((path) => [path, Buffer.from('newer')]));
    const hub = await startHub(FILES, {
      meddle: (request) => {
        if (!request.url?.includes('/tree/')) return false;
        hub.revisions.set(commit('b'), newer);
        hub.head = commit('b');
        return false;
      },
    });
    expect((await add(`hf:${ID}`, endpointOf(hub))).origin?.revision).toBe(commit('a'));
  });
});

describe('ModelScope', () => {
  test('is a source by prefix and by the addresses of its pages; every file has its SHA-256 and one commit', async () => {
    const hub = await startHub(FILES, { kind: 'modelscope' });
    const found = await add(`modelscope:${ID}`, modelScopeOf(hub));
    expect(found.origin).toEqual({ source: `modelscope:${ID}`, revision: commit('a'), requested: null });
    expect(found.files.every(({ sha256 = '' }) => sha256.length === 64)).toBe(true);
    expect(hub.asked.filter(({ url }) => url.includes('FilePath') && !url.includes(commit('a')))).toEqual([]);
    const page = `${hub.address}/models/${ID}`;
    for (const source of [page, `${page}/summary`, `${page}/files`, `${page}/file/view/master/config.json`])
      expect((await plan(source, modelScopeOf(hub))).files.map(({ path }) => path)).toEqual(NEEDED);
  });

  test('says what is not there: the model, the revision', async () => {
    const hub = await startHub(FILES, { kind: 'modelscope' });
    await expect(plan('modelscope:owner/other', modelScopeOf(hub))).rejects.toEqual(
      failure('NOT_FOUND', /there is no model owner\/other, or it is private .*check the spelling/),
    );
    await expect(plan(`modelscope:${ID}@main`, modelScopeOf(hub))).rejects.toEqual(
      failure('NOT_FOUND', /owner\/name has no revision main/),
    );
    await expect(plan('modelscope:owner', modelScopeOf(hub))).rejects.toEqual(
      failure('INVALID_INPUT', /give modelscope:OWNER\/NAME/),
    );
    await expect(
      plan(`modelscope:${ID}`, { ...modelScopeOf(hub), plan: { mirror: 'https://m.test' } }),
    ).rejects.toEqual(failure('INVALID_INPUT', /--mirror is for/));
  });

  test('gives the file another hash than its listing: the file is refused', async () => {
    const hub = await startHub(FILES, {
      kind: 'modelscope',
      meddle: (request, response) => {
        if (!request.url?.includes('FilePath=vocab.txt')) return false;
        response.end('[CLS]\n');
        return true;
      },
    });
    await expect(add(`modelscope:${ID}`, modelScopeOf(hub))).rejects.toEqual(
      failure('UNAVAILABLE', /repo has SHA-256 \w+ instead of/),
    );
  });
});

describe('a small file of the hub', () => {
  test('is checked with the hash of git', async () => {
    const hub = await startHub(FILES, {
      meddle: (request, response) => {
        if (!request.url?.endsWith('/vocab.txt')) return false;
        response.end('[CLS]\n');
        return true;
      },
    });
    await expect(add(`hf:${ID}`, endpointOf(hub))).rejects.toEqual(
      failure('UNAVAILABLE', /vocab\.txt has the git hash \w{40} instead of \w{40}: the server or a proxy/),
    );
  });
});

describe('a hub with faults', () => {
  test('cuts a large file in the middle: the rest comes from a fresh signed address', async () => {
    let cut = true;
    const hub = await startHub(FILES, {
      meddle: (_request, response, at) => {
        if (at === 'hub' || !cut) return false;
        cut = false;
        response.writeHead(200, { 'content-length': GRAPH.length, etag: '"x"' });
        response.write(GRAPH.subarray(0, 1_000), () => response.destroy());
        return true;
      },
    });
    await add(`hf:${ID}`, endpointOf(hub));
    expect(new Set(large(hub)).size).toBe(2);
  });

  test('answers 500 and 503 for a while', async () => {
    const statuses = [500, 503, 502, 500];
    const hub = await startHub(FILES, {
      meddle: (_request, response, at) => {
        const status = hub.asked.length % 2 === 1 ? statuses.pop() : undefined;
        if (status === undefined) return false;
        response.writeHead(status).end(at);
        return true;
      },
    });
    await add(`hf:${ID}`, endpointOf(hub));
    expect(statuses).toEqual([]);
  });

  test('sends a large file of another length than listed', async () => {
    const hub = await startHub(FILES, {
      meddle: (_request, response, at) => {
        if (at === 'hub') return false;
        response.writeHead(200, { 'content-length': 5 }).end('short');
        return true;
      },
    });
    await expect(add(`hf:${ID}`, endpointOf(hub))).rejects.toEqual(
      failure(
        'UNAVAILABLE',
        /onnx\/model\.onnx has 5 bytes instead of 300000.*By hand: .*\n.*onnx\/model\.onnx {2}http/s,
      ),
    );
  });
});
