// `npx nx run-many -t build -p api && node tools/bench/texts.mjs [MODEL_FOLDER …]` measures the encoding of a query's
// text: padded to the context as in the reference, and at its own length; the exported graph, and the graph that ONNX
// Runtime has fused; and through Wentu's encoder; one text and eight at once. Alternating, eight rounds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { report, time } from './lib/report.mjs';

const root = join(import.meta.dirname, '../..');
const given = process.argv.slice(2);
const models = given.length > 0 ? given : [join(root, 'models/wentu-mini')];
const { loadModel, openTextEncoder } = createRequire(import.meta.url)(join(root, 'libs/encoder/dist/index.js'));
const { openTokenizer } = createRequire(import.meta.url)(join(root, 'libs/encoder/dist/open-tokenizer.js'));
const { readOnnxGraph } = createRequire(import.meta.url)(join(root, 'libs/encoder/dist/import/onnx-graph.js'));
const { InferenceSession, Tensor } = createRequire(join(root, 'libs/encoder/package.json'))('onnxruntime-node');
const TEXTS = [
  '一个小女孩在海边奔跑',
  '两只狗在草地上睡觉',
  '一位老人在厨房里吃西瓜',
  '三个孩子在雪山前拍照',
  '一只猫在树下等人',
  '几个工人在桥上弹吉他',
  '一辆红色的汽车停在街道旁',
  '一对情侣在球场上看日落',
];
const ROUNDS = 8;
const REPEATS = 10;
const threads = availableParallelism();

for (const folder of models) {
  const { name } = JSON.parse(readFileSync(join(folder, 'wentu-model.json'), 'utf8'));
  const { rows, difference } = await measure(folder);
  report({
    title: `Texts of about ten tokens, ${name}, ${threads} threads; largest difference of a feature, padded or not: ${difference.toExponential(1)}`,
    columns: ['How', 'One text, ms', 'CPU-ms', 'Eight at once, ms a text', 'CPU-ms a text'],
    rows,
  });
}

async function measure(folder) {
  const model = await loadModel(folder, { upright: true, background: 'white' });
  const { file, inputs, output, contextLength, padding } = model.manifest.text;
  const tokenizer = await openTokenizer(model, readOnnxGraph(join(folder, file)), 'reference');
  const open = (graphOptimizationLevel) =>
    InferenceSession.create(join(folder, file), {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel,
      extra: model.manifest.sessionConfig,
    });
  const [plain, fused] = [await open('disabled'), await open('all')];
  const encoder = await openTextEncoder(model, { device: 'cpu', threads });
  const feeds = (texts, length) => {
    const ids = new BigInt64Array(texts.length * length).fill(BigInt(padding.id));
    const mask = new BigInt64Array(texts.length * length);
    texts.forEach((text, y) =>
      tokenizer.encode(text).forEach((id, x) => ((ids[y * length + x] = BigInt(id)), (mask[y * length + x] = 1n))),
    );
    const shape = [texts.length, length];
    return {
      [inputs.ids]: new Tensor('int64', ids, shape),
      ...(inputs.attentionMask ? { [inputs.attentionMask]: new Tensor('int64', mask, shape) } : {}),
      ...(inputs.tokenTypes ? { [inputs.tokenTypes]: new Tensor('int64', new BigInt64Array(ids.length), shape) } : {}),
    };
  };
  const lengthOf = (texts) => Math.max(...texts.map((text) => tokenizer.encode(text).length));
  const ways = {
    'as exported, padded to the context': (texts) => plain.run(feeds(texts, contextLength)),
    'fused, padded to the context': (texts) => fused.run(feeds(texts, contextLength)),
    ...(padding.to === 'longest'
      ? { 'fused, at its own length (the raw bound)': (texts) => fused.run(feeds(texts, lengthOf(texts))) }
      : {}),
    'Wentu: tokens, encoding, unit vectors': (texts) => encoder.encodeTexts(texts),
  };
  const seen = Object.fromEntries(Object.keys(ways).map((way) => [way, [[], [], [], []]]));
  for (let round = 0; round < ROUNDS; round++) {
    // The order rotates, so that each measurement follows each other one: the caches keep data of the previous one.
    const turns = Object.entries(ways);
    for (const [way, run] of [...turns.slice(round % turns.length), ...turns.slice(0, round % turns.length)]) {
      for (const [at, texts] of [
        [0, TEXTS.slice(0, 1)],
        [2, TEXTS],
      ]) {
        await run(texts);
        const { wall, cpu } = await time(async () => {
          for (let i = 0; i < REPEATS; i++) await run(texts);
        });
        seen[way][at].push(wall / REPEATS / texts.length);
        seen[way][at + 1].push(cpu / REPEATS / texts.length);
      }
    }
  }
  const padded = unit((await plain.run(feeds(TEXTS, contextLength)))[output].data, TEXTS.length);
  const own = (await encoder.encodeTexts(TEXTS)).flatMap((vector) => [...vector]);
  const difference = padded.reduce((most, value, i) => Math.max(most, Math.abs(value - own[i])), 0);
  await Promise.all([plain.release(), fused.release(), encoder.close()]);
  return { rows: Object.entries(seen).map(([way, columns]) => [way, ...columns]), difference };
}

function unit(data, rows) {
  const size = data.length / rows;
  return Array.from({ length: rows }, (_, row) => {
    const vector = Array.from(data.slice(row * size, (row + 1) * size));
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  }).flat();
}
