import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelInfo } from '@wentu/domain';
import { commit, ID, startHub, type FakeHub, type Files } from '@wentu/model-catalog/testing';
import { addModel, type AddOptions } from './add-model';
import { ModelStore } from './model-store';
import { interruptedRevision } from './partial-models';

// tools/make-encoder-fixtures: a random Chinese-CLIP in the transformers layout, and other random models.
const FIXTURE = join(__dirname, '../../encoder/fixtures/hub-model');
const OTHERS = join(__dirname, '../../encoder/fixtures/tower-models');

let dataDir: string;
let files: Record<string, Buffer<ArrayBuffer>>;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-add-'));
  files = { LICENSE: Buffer.from('MIT'), 'README.md': Buffer.from('# it'), ...(await filesOf(FIXTURE)) };
});

async function filesOf(folder: string): Promise<Record<string, Buffer<ArrayBuffer>>> {
  const found: Record<string, Buffer<ArrayBuffer>> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path.slice(folder.length + 1)] = await readFile(path);
  }
  return found;
}
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const settings = () => ({ dataDir, modelMirror: null, upright: true, background: 'white' as const });

async function add(source: string, hub: FakeHub, options: Partial<AddOptions> = {}): Promise<ModelInfo> {
  const access = {
    proxies: { http: null, https: null, except: null },
    token: null,
    endpoint: source.startsWith('modelscope:') ? null : hub.address,
    modelScope: source.startsWith('modelscope:') ? hub.address : null,
  };
  return await addModel(source, { access, ...options }, settings());
}

const originOf = async (name: string): Promise<unknown> => {
  const text = await readFile(join(dataDir, 'models', name, 'wentu-model.json'), 'utf8');
  return (JSON.parse(text) as { origin?: unknown }).origin;
};
const large = (hub: FakeHub): (string | undefined)[] =>
  hub.asked.filter(({ at }) => at === 'storage').map(({ range }) => range);

test('a repository of a hub is installed at one commit, with its licence, and the list names its origin', async () => {
  const hub = await startHub(files);
  const plans: unknown[] = [];
  const info = await add(`hf:${ID}`, hub, { onPlan: (plan) => plans.push(plan) });
  expect(info).toMatchObject({ name: 'name', dimension: 16 });
  expect(plans).toEqual([
    expect.objectContaining({ layout: 'Chinese-CLIP in the transformers layout (fp32)', name: 'name' }),
  ]);
  expect(hub.asked.filter(({ url }) => /fp16|quantized|golden/.test(url))).toEqual([]);
  expect(await originOf('name')).toEqual({ source: `hf:${ID}`, revision: commit('a') });
  expect((await readdir(join(dataDir, 'models/name'))).sort()).toEqual(
    ['LICENSE', 'README.md', 'image.onnx', 'text.onnx', 'vocab.txt', 'wentu-model.json'].sort(),
  );
  const store = new ModelStore({ ...settings(), model: null, device: 'cpu', threads: 0 }, async () => []);
  expect((await store.list()).find(({ name }) => name === 'name')?.origin).toBe(`hf:${ID}@${commit('a')}`);
});

test('the precision is part of the name, also when the repository has only this one', async () => {
  const { 'onnx/model.onnx': _fp32, ...others } = files;
  const hub = await startHub(others);
  expect(await add(`hf:${ID}`, hub)).toMatchObject({ name: 'name-fp16' });
});

test('a graph with its weights in a second file comes with them, from ModelScope too', async () => {
  const hub = await startHub(files, { kind: 'modelscope' });
  const info = await add(`modelscope:${ID}`, hub, { precision: 'int8' });
  expect(info).toMatchObject({ name: 'name-int8', dimension: 16 });
  expect(existsSync(join(dataDir, 'models/name-int8/model_quantized.onnx_data'))).toBe(true);
});

test.each<[string, string, number | null]>([
  ['immich-xlmr', "a CLIP in Immich's layout", null],
  ['immich-siglip', "a CLIP in Immich's layout", null],
  ['siglip', 'SigLIP in the transformers layout (fp32)', 4.7],
])('%s is installed from a hub: %s', async (fixture, layout, logitScale) => {
  const hub = await startHub(await filesOf(join(OTHERS, fixture)));
  const plans: unknown[] = [];
  const info = await add(`hf:${ID}`, hub, { onPlan: (plan) => plans.push(plan) });
  expect(plans).toEqual([expect.objectContaining({ layout })]);
  expect(info).toMatchObject({ name: 'name', dimension: 16, contextLength: 24 });
  if (logitScale === null) expect(info.logitScale).toBeNull();
  else expect(info.logitScale).toBeCloseTo(logitScale, 4);
  expect(hub.asked.filter(({ url }) => /golden/.test(url))).toEqual([]);
});

test.each<[string, Files, RegExp]>([
  [
    "Immich's layout without a description",
    { 'textual/model.onnx': Buffer.alloc(200_000), 'visual/model.onnx': Buffer.alloc(200_000) },
    /the model has no file hf:owner\/name\/config\.json/,
  ],
  [
    'a SigLIP that takes patches',
    {
      'config.json': Buffer.from('{"model_type":"siglip2"}'),
      'preprocessor_config.json': Buffer.from('{"image_processor_type":"Siglip2ImageProcessor"}'),
      'tokenizer_config.json': Buffer.from('{"pad_token":"<pad>","tokenizer_class":"GemmaTokenizer"}'),
      'tokenizer.json': Buffer.from('{}'),
      'onnx/model.onnx': Buffer.alloc(200_000),
    },
    /preprocessor_config\.json is not the file of a model that Wentu knows: image_processor_type/,
  ],
  ['weights for PyTorch', { 'pytorch_model.bin': Buffer.alloc(200_000) }, /no model of a known layout.*PyTorch/],
])('%s is refused before a large byte and leaves nothing', async (_what, other, message) => {
  const hub = await startHub(other);
  await expect(add(`hf:${ID}`, hub)).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringMatching(message) as string,
  });
  expect(large(hub)).toEqual([]);
  expect(existsSync(join(dataDir, 'models'))).toBe(false);
});

describe('a download that was stopped', () => {
  const STOPPED_AT = 60_000;

  async function stopped(revision = ''): Promise<FakeHub> {
    const state = { cut: true };
    const hub = await startHub(files, {
      meddle: (_request, response, at) => {
        if (at === 'hub' || !state.cut) return false;
        const graph = files['onnx/model.onnx'] as Buffer;
        response.writeHead(200, { 'content-length': graph.length, etag: '"here"' }).write(graph.subarray(0, STOPPED_AT));
        return true;
      },
    });
    const stop = new AbortController();
    const onProgress: AddOptions['onProgress'] = ({ file, receivedBytes }) => {
      if (file === 'onnx/model.onnx' && receivedBytes === STOPPED_AT) stop.abort();
    };
    await expect(add(`hf:${ID}${revision}`, hub, { signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    state.cut = false;
    hub.asked.length = 0;
    return hub;
  }

  test('continues at its commit although the branch has moved', async () => {
    const hub = await stopped();
    hub.revisions.set(commit('b'), { ...files, 'vocab.txt': Buffer.from('[PAD]\n') });
    hub.head = commit('b');
    expect(await interruptedRevision(dataDir, `hf:${ID}`, null)).toBe(commit('a'));
    await add(`hf:${ID}`, hub);
    expect(large(hub)).toEqual([`bytes=${STOPPED_AT}-`]);
    expect(await originOf('name')).toEqual({ source: `hf:${ID}`, revision: commit('a') });
    expect(await interruptedRevision(dataDir, `hf:${ID}`, null)).toBeNull();
  });

  test('of a branch continues at its commit although the branch has moved', async () => {
    const hub = await stopped('@main');
    hub.revisions.set(commit('b'), { ...files, 'vocab.txt': Buffer.from('[PAD]\n') });
    hub.head = commit('b');
    await add(`${hub.address}/${ID}/tree/main`, hub);
    expect(await originOf('name')).toEqual({ source: `hf:${ID}`, revision: commit('a') });
  });

  test('continues from ModelScope', async () => {
    await stopped();
    const hub = await startHub(files, { kind: 'modelscope' });
    await add(`modelscope:${ID}`, hub);
    expect(large(hub)).toEqual([`bytes=${STOPPED_AT}-`]);
    expect(await originOf('name')).toEqual({ source: `modelscope:${ID}`, revision: commit('a') });
  });

  test('does not decide the revision of a call that names one', async () => {
    const hub = await stopped();
    hub.revisions.set(commit('b'), files);
    await add(`hf:${ID}@${commit('b')}`, hub);
    expect(await originOf('name')).toEqual({ source: `hf:${ID}`, revision: commit('b') });
    expect(large(hub)).toEqual([`bytes=${STOPPED_AT}-`]);
  });
});
