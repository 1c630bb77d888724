import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { externalFiles, readOnnxGraph, type OnnxGraph } from './onnx-graph';
import { partFor, writeOnnxGraph } from './split-onnx';
import { fieldHeader } from './wire-format';

// tools/make-encoder-fixtures/make_split_graph.py describes what the graph computes.
const GRAPH = join(__dirname, '../../fixtures/split-graph.onnx');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wentu-split-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(graph: OnnxGraph, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const path = join(folder, 'part.onnx');
  await writeOnnxGraph(graph, path);
  const session = await InferenceSession.create(path);
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}
const pair = (...values: number[]): Tensor => new Tensor('float32', values, [2]);
const flag = (value: boolean): Tensor => new Tensor('bool', [value], []);
const message = (number: number, content: Buffer): Buffer =>
  Buffer.concat([fieldHeader(number, content.length), content]);
const names = (values: readonly { name: string }[]): string[] => values.map(({ name }) => name);

test.each([
  [true, [101, 202]],
  [false, [2, 4]],
])('a part keeps values that only nested bodies use (%s)', async (which, left) => {
  const part = partFor(readOnnxGraph(GRAPH), 'left');
  expect(names(part.inputs)).toEqual(['flag', 'left_in']);
  expect(names(part.initializers)).toEqual(['deep_weight']);
  expect(await run(part, { flag: flag(which), left_in: pair(1, 2) })).toEqual({ left });
});

test('a part keeps the functions of the model, and no input or weight of the other', async () => {
  const part = partFor(readOnnxGraph(GRAPH), 'right');
  expect(names(part.inputs)).toEqual(['right_in']);
  expect(names(part.initializers)).toEqual(['right_weight']);
  expect(await run(part, { right_in: pair(7, 9) })).toEqual({ right: [42, 90] });
  expect(await readFile(join(folder, 'part.onnx'), 'latin1')).toContain('made for');
});

test('a part with given outputs takes them as its inputs', async () => {
  const part = partFor(readOnnxGraph(GRAPH), 'sum', ['left', 'right']);
  expect(names(part.inputs)).toEqual(['left', 'right']);
  expect(part.initializers).toEqual([]);
  expect(await run(part, { left: pair(1, 2), right: pair(10, 20) })).toEqual({ sum: [11, 22] });
});

test('the whole graph is the same after it was written', async () => {
  const feeds = { flag: flag(true), left_in: pair(1, 2), right_in: pair(7, 9) };
  const whole = readOnnxGraph(GRAPH);
  expect(await run(whole, feeds)).toEqual({ left: [101, 202], right: [42, 90], sum: [143, 292] });
  expect(externalFiles(whole)).toEqual([]);
});

test('a graph truncated at any byte is refused or incomplete, and is never read beyond its end', async () => {
  const bytes = await readFile(GRAPH);
  const path = join(folder, 'short.onnx');
  for (let length = 0; length < bytes.length; length++) {
    await writeFile(path, bytes.subarray(0, length));
    let nodes = 0;
    try {
      nodes = readOnnxGraph(path).nodes.length;
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(path) as string });
    }
    // The length of the graph field covers the graph, so only later fields may be missing.
    expect([0, 4]).toContain(nodes);
  }
});

test('randomly changed bytes give no error other than a typed one', async () => {
  const bytes = await readFile(GRAPH);
  const path = join(folder, 'changed.onnx');
  let seed = 20_260_101;
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 500; round++) {
    const changed = Buffer.from(bytes);
    for (let i = 0; i < 3; i++) changed[random(changed.length)] = random(256);
    await writeFile(path, changed);
    try {
      partFor(readOnnxGraph(path), 'left');
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    }
  }
});

test.each([
  ['fields', Buffer.alloc(4_200_000, Buffer.from([0x7a, 0]))],
  ['dimensions of one tensor', message(7, message(5, message(1, Buffer.alloc(2_100_000, 1))))],
  [
    'names',
    message(7, message(1, Buffer.concat(new Array<Buffer>(1_100).fill(message(1, Buffer.alloc(64_000, 'n')))))),
  ],
])('a file with too many %s is refused before it uses much memory', async (_, content) => {
  const path = join(folder, 'hostile.onnx');
  await writeFile(path, content);
  expect(() => readOnnxGraph(path)).toThrow(
    /hostile\.onnx has more than \d+ (?:fields|bytes of names) at byte \d+; this is not an encoder/,
  );
});
