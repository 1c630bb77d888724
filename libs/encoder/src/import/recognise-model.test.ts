import { InvalidInputError } from '@wentu/domain';
import { recogniseModel } from './recognise-model';

const CONFIG = JSON.stringify({ model_type: 'chinese_clip', projection_dim: 512 });
const PREPROCESSOR = JSON.stringify({ image_mean: [0, 0, 0], image_std: [1, 1, 1], size: { height: 224, width: 224 } });
const HASH = 'a'.repeat(64);
const MANIFEST = JSON.stringify({
  formatVersion: 1,
  name: 'mine',
  space: 'mine-1',
  title: { en: 'mine', zh: 'mine' },
  license: 'MIT',
  dimension: 8,
  logitScale: 4,
  image: { file: 'image.onnx', input: 'i', output: 'o', size: 16, mean: [0, 0, 0], std: [1, 1, 1], normalized: false },
  text: {
    file: 'text.onnx',
    inputs: { ids: 'ids' },
    output: 'o',
    contextLength: 52,
    sequence: 'fixed',
    normalized: false,
  },
  vocabulary: 'vocab.txt',
  files: Object.fromEntries(
    ['image.onnx', 'text.onnx', 'vocab.txt'].map((file) => [file, { sha256: HASH, sizeBytes: 5 }]),
  ),
});

interface Recognised {
  layout: string;
  name: string | null;
  files: readonly string[];
  read: string[];
}

/** The files with a text can be read; a graph that is read fails the test. */
async function recognise(files: Record<string, string | null>, precision?: string): Promise<Recognised> {
  const read: string[] = [];
  const readText = async (path: string): Promise<string> => {
    read.push(path);
    const text = files[path];
    if (typeof text === 'string') return text;
    throw new InvalidInputError(`the model has no file ${path}`);
  };
  const found = await recogniseModel({ name: 'hub.test/me/it', files: Object.keys(files), readText }, precision);
  return { ...found, read };
}

const TRANSFORMERS = {
  'config.json': CONFIG,
  'preprocessor_config.json': PREPROCESSOR,
  'vocab.txt': null,
  'tokenizer.json': null,
  'onnx/model.onnx': null,
  'onnx/model.onnx_data': null,
  'onnx/model.onnx_data_1': null,
  'onnx/model_fp16.onnx': null,
  'onnx/model_bnb4.onnx': null,
  'pytorch_model.bin': null,
  LICENSE: null,
};

describe('the transformers layout of Chinese-CLIP', () => {
  test('needs one graph with its weights, one vocabulary and two descriptions; only the descriptions are read', async () => {
    const found = await recognise(TRANSFORMERS);
    expect(found.layout).toBe('Chinese-CLIP in the transformers layout (fp32)');
    expect(found.files).toEqual([
      'config.json',
      'preprocessor_config.json',
      'vocab.txt',
      'onnx/model.onnx',
      'onnx/model.onnx_data',
      'onnx/model.onnx_data_1',
      'LICENSE',
    ]);
    expect(new Set(found.read)).toEqual(new Set(['config.json', 'preprocessor_config.json']));
    expect((await recognise(TRANSFORMERS, 'fp16')).files).toContain('onnx/model_fp16.onnx');
  });

  test.each([
    [{ ...TRANSFORMERS, 'config.json': CONFIG.replace('chinese_clip', 'clip') }, /model_type/],
    [{ ...TRANSFORMERS, 'config.json': '{' }, /hub\.test\/me\/it\/config\.json is not JSON/],
    [{ ...TRANSFORMERS, 'preprocessor_config.json': '{}' }, /preprocessor_config\.json is not the file.*image_mean/],
    [{ 'config.json': CONFIG, 'preprocessor_config.json': PREPROCESSOR, 'model.onnx': null }, /no file .*tokenizer/],
  ])('is refused by its small files: %#', async (files, message) => {
    await expect(recognise(files)).rejects.toThrow(message);
  });

  test('of a missing precision names the others', async () => {
    await expect(recognise(TRANSFORMERS, 'int8')).rejects.toThrow(
      'hub.test/me/it has no int8 graph; give --precision fp32 or fp16',
    );
  });
});

test('a pair of cn_clip needs both graphs of one precision and their weights', async () => {
  const pair = (precision: string): Record<string, null> =>
    Object.fromEntries(['img', 'txt'].map((tower) => [`b16.${tower}.${precision}.onnx`, null]));
  const files = { ...pair('fp16'), ...pair('fp32'), 'b16.img.fp16.onnx.extra_file': null, 'b16.pt': null };
  expect((await recognise(files)).files).toEqual(['b16.img.fp32.onnx', 'b16.txt.fp32.onnx']);
  expect((await recognise(files, 'fp16')).files).toEqual([
    'b16.img.fp16.onnx',
    'b16.txt.fp16.onnx',
    'b16.img.fp16.onnx.extra_file',
  ]);
  await expect(recognise(pair('fp16'), 'fp32')).rejects.toThrow('has no fp32 graph; give --precision fp16');
  await expect(recognise({ 'b16.img.fp32.onnx': null })).rejects.toThrow('has no file hub.test/me/it/b16.txt.fp32');
});

test('a Wentu model needs the files of its description', async () => {
  const files = { 'wentu-model.json': MANIFEST, 'image.onnx': null, 'text.onnx': null, 'vocab.txt': null, other: null };
  const found = await recognise(files);
  expect(found).toMatchObject({ layout: 'Wentu model', name: 'mine' });
  expect(found.files).toEqual(['wentu-model.json', 'image.onnx', 'text.onnx', 'vocab.txt']);
  await expect(recognise(files, 'fp16')).rejects.toThrow('omit --precision');
  await expect(recognise({ 'wentu-model.json': MANIFEST, 'image.onnx': null })).rejects.toThrow('no file text.onnx');
  const newer = MANIFEST.replace('"formatVersion":1', '"formatVersion":99');
  await expect(recognise({ ...files, 'wentu-model.json': newer })).rejects.toThrow(/formatVersion/);
});

test.each([
  [['onnx/text_model.onnx', 'onnx/vision_model_fp16.onnx'], /transformers\.js .* does not support it yet/],
  [['model.safetensors', 'config.json'], /no model of a known layout.*model\.safetensors .*PyTorch; tools\/export/],
  [[], /contains nothing/],
])('what no importer reads is refused with the reason: %j', async (files, message) => {
  await expect(recognise(Object.fromEntries(files.map((file) => [file, null])))).rejects.toThrow(message);
});

const SIGLIP = {
  'config.json': JSON.stringify({ model_type: 'siglip' }),
  'preprocessor_config.json': JSON.stringify({
    ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 2, do_resize: true },
    ...{ image_processor_type: 'SiglipImageProcessor', size: { height: 224, width: 224 } },
  }),
  'tokenizer_config.json': JSON.stringify({ pad_token: '<pad>', tokenizer_class: 'GemmaTokenizer' }),
  'tokenizer.json': null,
  'onnx/model.onnx': null,
  'onnx/model.onnx_data': null,
  'onnx/text_model_fp16.onnx': null,
  'onnx/vision_model_fp16.onnx': null,
  'onnx/vision_model.onnx': null,
};

describe('SigLIP in the transformers layout', () => {
  const DESCRIPTIONS = ['config.json', 'preprocessor_config.json', 'tokenizer_config.json', 'tokenizer.json'];

  test('is a joint graph, or a graph for each tower; the tokenizer is not read before the download', async () => {
    const joint = await recognise(SIGLIP);
    expect(joint).toMatchObject({ layout: 'SigLIP in the transformers layout (fp32)' });
    expect(joint.files).toEqual([...DESCRIPTIONS, 'onnx/model.onnx', 'onnx/model.onnx_data']);
    expect(new Set(joint.read)).toEqual(new Set(DESCRIPTIONS.slice(0, 3)));
    const pair = await recognise(SIGLIP, 'fp16');
    expect(pair.files).toEqual([...DESCRIPTIONS, 'onnx/vision_model_fp16.onnx', 'onnx/text_model_fp16.onnx']);
    await expect(recognise(SIGLIP, 'int8')).rejects.toThrow('give --precision fp32 or fp16');
  });

  test.each([
    ['preprocessor_config.json', '"resample":2', '"resample":1', /preprocessor_config\.json .*resample/],
    ['preprocessor_config.json', '"do_resize":true', '"do_resize":false', /do_resize/],
    ['preprocessor_config.json', 'SiglipImageProcessor', 'Siglip2ImageProcessor', /image_processor_type/],
    ['preprocessor_config.json', '"height":224', '"height":256', /pictures must be square, not 224 × 256/],
    ['tokenizer_config.json', 'GemmaTokenizer', 'SiglipTokenizer', /tokenizer_config\.json .*tokenizer_class/],
  ] as const)('with a %s of another kind is refused: %s as %s', async (file, from, to, message) => {
    expect(SIGLIP[file]).toContain(from);
    await expect(recognise({ ...SIGLIP, [file]: SIGLIP[file].replace(from, to) })).rejects.toThrow(message);
  });

  test('without a tokenizer is refused', async () => {
    const { 'tokenizer.json': _tokenizer, ...others } = SIGLIP;
    await expect(recognise(others)).rejects.toThrow('has no file hub.test/me/it/tokenizer.json');
  });
});

const IMMICH = {
  'config.json': JSON.stringify({ embed_dim: 8, text_cfg: { context_length: 64 } }),
  'visual/preprocess_cfg.json': JSON.stringify({
    ...{ size: [224, 224], mode: 'RGB', interpolation: 'bicubic', resize_mode: 'shortest' },
    ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  }),
  'visual/model.onnx': null,
  'visual/onnx__MatMul_1': null,
  'visual/model.armnn': null,
  'visual/fp16/model.armnn': null,
  'textual/model.onnx': null,
  'textual/text.token_embedding.weight': null,
  'textual/tokenizer.json': null,
  'textual/tokenizer_config.json': JSON.stringify({ pad_token: { content: '<pad>' } }),
  'textual/special_tokens_map.json': null,
};

describe('Immich’s layout', () => {
  test('needs both towers with their weights, whose files may have any name', async () => {
    const found = await recognise(IMMICH);
    expect(found.layout).toBe("a CLIP in Immich's layout");
    expect([...found.files].sort()).toEqual(
      Object.keys(IMMICH)
        .filter((file) => !/armnn|special_tokens/.test(file))
        .sort(),
    );
    expect(found.read.sort()).toEqual(
      ['config.json', 'textual/tokenizer_config.json', 'visual/preprocess_cfg.json'].sort(),
    );
    await expect(recognise(IMMICH, 'fp16')).rejects.toThrow('omit --precision');
  });

  test.each([
    ['visual/preprocess_cfg.json', 'shortest', 'longest', /preprocess_cfg\.json .*resize_mode/],
    ['visual/preprocess_cfg.json', 'bicubic', 'nearest', /preprocess_cfg\.json .*interpolation/],
    ['config.json', '"text_cfg"', '"text"', /config\.json .*text_cfg/],
  ] as const)('with a %s of another kind is refused: %s as %s', async (file, from, to, message) => {
    expect(IMMICH[file]).toContain(from);
    await expect(recognise({ ...IMMICH, [file]: IMMICH[file].replace(from, to) })).rejects.toThrow(message);
  });
});
