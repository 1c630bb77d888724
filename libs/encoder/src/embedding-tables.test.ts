import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddingTables, untrainedPieces } from './import/embedding-tables';
import { readOnnxGraph } from './import/onnx-graph';

const MINI = join(__dirname, '../../../models/wentu-mini');
const HUB = join(__dirname, '../fixtures/hub-model/onnx');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-tables-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('wentu-mini knows the pieces of its training texts and no others', async () => {
  const vocabulary = (await readFile(join(MINI, 'vocab.txt'), 'utf8')).trimEnd().split('\n');
  const graph = readOnnxGraph(join(MINI, 'text.onnx'));
  expect(embeddingTables(graph, 'input_ids').map(({ dims }) => dims)).toEqual([
    [21_128, 192],
    [21_128, 1],
  ]);
  const untrained = untrainedPieces(graph, 'input_ids', vocabulary.indexOf('[UNK]'));
  expect(untrained.size).toBe(15_457);
  const isKnown = (piece: string): boolean => !untrained.has(vocabulary.indexOf(piece));
  expect(['[CLS]', '[SEP]', '狗', '貓', '的', '3', '，'].filter((piece) => !isKnown(piece))).toEqual([]);
  expect(['[UNK]', '[unused1]', 'dog', 'apple', '%', '①', '龍'].filter(isKnown)).toEqual(['龍']);
});

test.each(['model.onnx', 'model_fp16.onnx'])('every piece of %s, which is completely trained, is known', (file) => {
  const graph = readOnnxGraph(join(HUB, file));
  expect(embeddingTables(graph, 'input_ids')).toHaveLength(1);
  expect(untrainedPieces(graph, 'input_ids', 1).size).toBe(0);
});

test('finds the rows that equal that of [UNK], and no others', async () => {
  const path = join(folder, 'model.onnx');
  await copyFile(join(HUB, 'model.onnx'), path);
  const [table] = embeddingTables(readOnnxGraph(path), 'input_ids');
  const { start } = table!.rawData!;
  const rowBytes = table!.dims[1]! * Float32Array.BYTES_PER_ELEMENT;
  const bytes = await readFile(path);
  for (const id of [7, 59]) bytes.copyWithin(start + id * rowBytes, start + rowBytes, start + 2 * rowBytes);
  await writeFile(path, bytes);
  expect([...untrainedPieces(readOnnxGraph(path), 'input_ids', 1)]).toEqual([1, 7, 59]);
});

test.each([
  ['are in another file', join(HUB, 'model_quantized.onnx'), 'input_ids'],
  ['are not looked up by the ids directly', join(HUB, '../../cn-clip-pair/tiny.txt.fp32.onnx'), 'text'],
])('where the tables %s, every piece of the vocabulary counts as known', (_, path, ids) => {
  expect(untrainedPieces(readOnnxGraph(path), ids, 1).size).toBe(0);
});
