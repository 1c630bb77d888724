import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from './manifest';

const FIRST = readFileSync(join(__dirname, '../../../models/wentu-mini/wentu-model.json'), 'utf8');
const first = JSON.parse(FIRST) as { logitScale: number; text: { sequence: string } };
const SECOND = {
  ...{ formatVersion: 2, name: 'm', space: 's', title: { en: 'm', zh: 'm' }, license: 'MIT', dimension: 8 },
  score: { kind: 'sigmoid', logitScale: 4.7, bias: -12 } as { kind: string; logitScale?: number; bias?: number },
  image: {
    ...{ file: 'visual/model.onnx', input: 'i', output: 'o', size: 16, normalized: true },
    ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], pixels: 'uint8-nhwc' },
    resize: { fit: 'crop', filter: 'bilinear' },
  },
  text: {
    ...{ file: 'textual/model.onnx', inputs: { ids: 'text' }, output: 'o', contextLength: 64, normalized: true },
    ...{ padding: { id: 1, to: 'context' }, cleaning: 'canonical', prefix: 'zho_Hans' },
  },
  tokenizer: { kind: 'tokenizer-json', file: 'textual/tokenizer.json' },
  files: { 'visual/weights.0': { sha256: 'a'.repeat(64), sizeBytes: 1 } } as Record<string, object>,
};

test('version 1 is read as version 2, with what Chinese-CLIP needs', () => {
  const manifest = parseManifest(FIRST, 'it');
  expect(manifest).toMatchObject({
    formatVersion: 2,
    score: { kind: 'softmax', logitScale: first.logitScale },
    image: { resize: { fit: 'squash', filter: 'bicubic' }, pixels: 'float-nchw' },
    text: { padding: { id: 0, to: 'longest' }, cleaning: 'none', prefix: '' },
    tokenizer: { kind: 'word-piece', file: 'vocab.txt' },
  });
  const fixed = { ...first, text: { ...first.text, sequence: 'fixed' } };
  expect(parseManifest(JSON.stringify(fixed), 'it').text.padding.to).toBe('context');
  // What an import writes of it is read as the same.
  expect(parseManifest(JSON.stringify(manifest), 'it')).toEqual(manifest);
});

test('version 2 is read with every kind of score', () => {
  expect(parseManifest(JSON.stringify(SECOND), 'it')).toEqual({ ...SECOND, sessionConfig: {} });
  for (const score of [{ kind: 'none' }, { kind: 'softmax', logitScale: 4.6 }])
    expect(parseManifest(JSON.stringify({ ...SECOND, score }), 'it').score).toEqual(score);
});

test.each<[string, object, RegExp]>([
  ['of version 3', { formatVersion: 3 }, /formatVersion/],
  ['with a sigmoid without a bias', { score: { kind: 'sigmoid', logitScale: 4.7 } }, /score\.bias/],
  [
    'with a fit that is not known',
    { image: { ...SECOND.image, resize: { fit: 'pad', filter: 'bicubic' } } },
    /image\.resize\.fit/,
  ],
  [
    'with a file outside the folder',
    { tokenizer: { kind: 'tokenizer-json', file: '../t.json' } },
    /tokenizer\.file: give the name of a file/,
  ],
  [
    'with a file two folders down',
    { tokenizer: { kind: 'tokenizer-json', file: 'a/b/t.json' } },
    /tokenizer\.file: give the name of a file/,
  ],
  ['with a hidden folder', { files: { '.git/config': SECOND.files['visual/weights.0'] } }, /files/],
])('a description %s is refused', (_what, change, message) => {
  expect(() => parseManifest(JSON.stringify({ ...SECOND, ...change }), 'it')).toThrow(message);
});
