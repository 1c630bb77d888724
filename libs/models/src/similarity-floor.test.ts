import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ModelInfo, TextEncoder } from '@wentu/domain';
import { separate, similarityFloor } from './similarity-floor';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wentu-floor-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('lies between the matching pairs and the best other pictures', () => {
  const floor = separate([
    { own: 0.6, others: [0.2, 0.1] },
    { own: 0.5, others: [0.1, 0.3] },
    { own: 0.7, others: [0.2, 0.1] },
  ]);
  expect(floor).toBeGreaterThan(0.3);
  expect(floor).toBeLessThan(0.5);
});

test('prefers a false match to a missed one', () => {
  const floor = separate([
    { own: 0.6, others: [0.45, 0] },
    { own: 0.4, others: [0.45, 0] },
    { own: 0.6, others: [0.1, 0.2] },
  ]);
  expect(floor).toBeLessThan(0.4);
});

test('is measured once for a model, and again when the stored value is unreadable', async () => {
  const samples = resolve(__dirname, '../../../samples');
  expect(existsSync(samples)).toBe(true);
  let encoded = 0;
  const encoder: TextEncoder = {
    model: { space: 's', preprocessing: 'p' } as ModelInfo,
    encodeTexts: async (texts) => texts.map((_, i) => Float32Array.from(texts, (_text, j) => (i === j ? 1 : 0))),
  };
  const tools = {
    samples,
    dataDir,
    encoder,
    // The pairs come first. The other pictures match no text.
    encodePicture: async () => {
      const at = encoded++ % 120;
      return Float32Array.from({ length: 36 }, (_, j) => (j === at ? 1 : 0));
    },
  };
  expect(await similarityFloor(tools)).toBeCloseTo(0.5);
  const once = encoded;
  expect(await similarityFloor(tools)).toBeCloseTo(0.5);
  expect(encoded).toBe(once);
  const file = join(dataDir, 'similarity-floors.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ 's p': 0.5 });
  await writeFile(file, '{"s p": "broken');
  expect(await similarityFloor(tools)).toBeCloseTo(0.5);
  expect(encoded).toBe(2 * once);
  expect(await similarityFloor({ ...tools, samples: join(dataDir, 'none') })).toBeNull();
});
