import { InvalidInputError } from '@wentu/domain';
import { catalog } from './catalog';
import { isRemote } from './hub-address';
import { planDownload, type DownloadPlan, type PlanOptions } from './plan-download';

const HASH = 'a'.repeat(64);
const MANIFEST = JSON.stringify({ name: 'a-model', files: { 'image.onnx': { sha256: HASH, sizeBytes: 5 } } });

/** Plans against web servers with these texts and without the API of a hub. */
async function plan(
  source: string,
  texts: Record<string, string> = {},
  { hub = 'https://huggingface.co/', ...options }: Partial<PlanOptions> & { hub?: string } = {},
): Promise<DownloadPlan> {
  return await planDownload(source, {
    recognise: async ({ files }, precision) => {
      if (files.includes('wentu-model.json') && precision) throw new InvalidInputError('omit --precision');
      return { layout: 'any', name: null, precision: null, files };
    },
    fetchSmall: async (url) => (texts[url.href] === undefined ? null : { text: texts[url.href] ?? '', link: null }),
    hubs: { huggingFace: new URL(hub), modelScope: new URL('https://www.modelscope.cn/') },
    ...options,
  });
}
const urls = ({ files }: DownloadPlan): string[] => files.filter(({ optional }) => !optional).map(({ url }) => url);

test('a name of the catalogue gives its repository also on a mirror that has only the files', async () => {
  const base = 'https://hf-mirror.com/Xenova/chinese-clip-vit-base-patch16/resolve/main/';
  const hub = { hub: 'https://hf-mirror.com/' };
  const texts = { [`${base}config.json`]: '{}' };
  const b16 = await plan('cn-clip-vit-b-16', texts, hub);
  expect(b16.name).toBe('cn-clip-vit-b-16');
  expect(urls(b16)).toEqual(['config.json', 'preprocessor_config.json', 'onnx/model.onnx'].map((path) => base + path));
  const fp16 = await plan('Xenova/chinese-clip-vit-base-patch16', texts, { ...hub, precision: 'fp16' });
  expect(fp16.name).toBe('cn-clip-vit-b-16-fp16');
  expect(urls(fp16).at(-1)).toBe(
    'https://hf-mirror.com/Xenova/chinese-clip-vit-base-patch16/resolve/main/onnx/model_fp16.onnx',
  );
});

test('a model without a published export says how to make one', async () => {
  for (const { name, repository } of catalog) {
    expect(isRemote(name)).toBe(true);
    if (repository === null)
      await expect(plan(name)).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('tools/export-chinese-clip') as string,
      });
  }
});

test('the address of a description or its folder gives the files beside it, with hashes and query', async () => {
  const texts = { 'http://m.test/a/b/wentu-model.json?key=1': MANIFEST };
  for (const source of ['http://m.test/a/b/wentu-model.json?key=1', 'http://m.test/a/b?key=1']) {
    const { name, files } = await plan(source, texts);
    expect(name).toBe('a-model');
    expect(files).toEqual([
      expect.objectContaining({ url: 'http://m.test/a/b/wentu-model.json?key=1', path: 'wentu-model.json' }),
      { url: 'http://m.test/a/b/image.onnx?key=1', path: 'image.onnx', sha256: HASH, sizeBytes: 5 },
    ]);
  }
});

test('the address of a page, tree or files of a repository on a server without a listing gives the layout', async () => {
  const base = 'https://hub.test/me/my-clip/resolve/main/';
  for (const source of ['https://hub.test/me/my-clip', 'https://hub.test/me/my-clip/tree/main', base]) {
    const found = await plan(source, { [`${base}config.json`]: '{}' }, { precision: 'int8' });
    expect(found.name).toBe('my-clip-int8');
    expect(urls(found)).toContain(`${base}onnx/model_quantized.onnx`);
  }
});

test.each([
  ['ftp://m.test/a', {}, {}, /not an address; give one that starts with https/],
  ['https://me:secret@m.test/a', {}, {}, /user or password/],
  ['https://m.test/a/wentu-model.json', { 'https://m.test/a/wentu-model.json': '{' }, {}, /is not JSON/],
  [
    'https://m.test/a/wentu-model.json',
    { 'https://m.test/a/wentu-model.json': MANIFEST.replace('image.onnx', '../../.bashrc') },
    {},
    /is not a model description:\n {2}files/,
  ],
  [
    'https://m.test/a/wentu-model.json',
    { 'https://m.test/a/wentu-model.json': MANIFEST },
    { precision: 'fp16' },
    /omit --precision/,
  ],
  ['https://m.test/a', {}, { mirror: 'https://n.test' }, /--mirror is for names/],
  ['https://m.test/a', {}, {}, /neither wentu-model\.json nor config\.json at https:\/\/m\.test\/a\//],
  ['https://m.test/a/wentu-model.json', {}, {}, /there is no https:\/\/m\.test\/a\/wentu-model\.json/],
] as const)('%s is refused', async (source, texts, options, message) => {
  const refused = plan(source, texts, options);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.not.toThrow(/secret/);
});
