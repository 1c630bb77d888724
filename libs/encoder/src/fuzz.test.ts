import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import fc from 'fast-check';
import { readOnnxGraph } from './import/onnx-graph';
import { createTokenizer } from './tokenizer';

/** fast-check prints the seed and the smallest failing value. */
const RUNS = Number(process.env['WENTU_FUZZ_RUNS'] ?? 300);
jest.setTimeout(RUNS * 100 + 600_000);

test('any text becomes ids of the vocabulary, between [CLS] and [SEP], within the context', () => {
  const folder = join(__dirname, '../../../models/wentu-mini');
  const vocabulary = readFileSync(join(folder, 'vocab.txt'), 'utf8').trimEnd().split('\n');
  const tokenizer = createTokenizer(vocabulary, 52);
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('##', '[CLS]', '狗', '\ud800', '\u0000'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const ids = tokenizer.encode(pieces.join(''));
      expect([ids[0], ids.at(-1)]).toEqual([101, 102]);
      expect(ids.length).toBeLessThanOrEqual(52);
      expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabulary.length)).toBe(true);
      // The same text gives the same ids: nothing is left of earlier texts.
      expect(tokenizer.encode(pieces.join(''))).toEqual(ids);
    }),
    { numRuns: RUNS },
  );
});

test('a damaged ONNX file is read, or refused with an error that names it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wentu-fuzz-'));
  const graph = readFileSync(join(__dirname, '../fixtures/split-graph.onnx'));
  const path = join(folder, 'graph.onnx');
  const change = fc.tuple(fc.nat(graph.length - 1), fc.uint8Array({ minLength: 1, maxLength: 9 }));
  const damaged = fc
    .tuple(fc.array(change, { maxLength: 4 }), fc.integer({ min: 0, max: graph.length }))
    .map(([changes, length]) => {
      const bytes = Buffer.from(graph);
      for (const [at, content] of changes) bytes.set(content.subarray(0, bytes.length - at), at);
      return bytes.subarray(0, length);
    });
  try {
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 400 })), (bytes) => {
        writeFileSync(path, bytes);
        try {
          readOnnxGraph(path);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          expect((error as Error).message).toContain(path);
        }
      }),
      { numRuns: RUNS },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
