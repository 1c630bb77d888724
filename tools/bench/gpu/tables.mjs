// The results of run.mjs in Markdown.
import { toTable } from '../lib/report.mjs';

const ABSENT = '–';
const cosine = (value) => value.toFixed(7);
const found = (rows, batch, key) => rows?.find((row) => row.batch === batch)?.[key] ?? ABSENT;
const mib = (value) => (value === null || value === undefined ? ABSENT : Math.round(value).toLocaleString('en'));

export function toMarkdown(results) {
  const { machine, versions, gpu, device, date, seconds } = results;
  const dryRun = 'a dry run, whose figures say nothing about a GPU';
  const on = device === 'cpu' ? dryRun : (gpu ?? 'no GPU');
  const tables = results.towers.length > 0 ? towerTables(results) : [];
  const lines = [
    `\`node tools/bench/gpu/run.mjs\` on ${date}, commit ${versions.commit}, in ${Math.round(seconds)} s: device ${device}; ${on}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB; Node ${versions.node}, onnxruntime-node ${versions['onnxruntime-node']}, torch ${results.torch ?? ABSENT}.`,
    ...checkTable(results.checks),
    ...tables,
    ...(results.loads.length > 0 ? loadTable(results.loads) : []),
    ...list('Not measured', results.left),
    ...list('Problems', results.problems),
  ];
  return `${lines.join('\n\n')}\n`;
}

function checkTable(checks) {
  if (checks.length === 0) return [];
  const rows = checks.map(({ what, found: value, remedy }) => [what, value, remedy ?? 'fine']);
  return ['**What CUDA needs**', toTable(['What', 'Found', 'Remedy'], rows)];
}

function towerTables({ towers }) {
  const outputs = towers.map(({ title, outputs: { images, texts, limit, isEqual }, alike }) => [
    ...[title, cosine(images), cosine(texts), String(limit), isEqual ? 'yes' : '**no**'],
    `${alike.images.toFixed(3)}, ${alike.texts.toFixed(3)}`,
  ]);
  const memory = towers.map(({ title, gpuMib, rssMib, peer }) => [
    ...[title, mib(gpuMib), mib(peer?.gpuMib), mib(rssMib), mib(peer?.rssMib)],
  ]);
  const columns = ['Model', 'Batch', "Wentu's encoder", 'torch'];
  return [
    '**Outputs**, against the same graph on the CPU: the lowest cosine of eight inputs',
    toTable(['Model', 'Pictures', 'Texts', 'At least', 'Equal', 'Most alike inputs'], outputs),
    "**Images a second**. ONNX Runtime and torch get ready float32 tensors in the memory of the host; Wentu's encoder gets pixels, and makes the tensors",
    toTable([...columns.slice(0, 2), 'ONNX Runtime', ...columns.slice(2)], rateRows(towers, 'images')),
    '**Texts a second**, of about ten tokens. Wentu encodes at most 32 texts in one run',
    toTable(columns, rateRows(towers, 'texts')),
    '**Memory**, MiB at the most: of the GPU with the context of CUDA, of the host the process with both towers',
    toTable(['Model', 'GPU', 'GPU, torch', 'Host', 'Host, torch'], memory),
  ];
}

function rateRows(towers, tower) {
  return towers.flatMap(({ title, rates, peer }) =>
    rates[tower].map(({ batch, encoder, session }) => [
      ...[title, String(batch), ...(tower === 'images' ? [session] : []), encoder],
      found(peer?.[tower], batch, 'rate'),
    ]),
  );
}

function loadTable(loads) {
  const rows = loads.map(({ title, batch, rate, cpuMs, searchMs, gpuMib, rssMib }) => [
    ...[title, String(batch), rate, cpuMs, searchMs, mib(gpuMib), mib(rssMib)],
  ]);
  const columns = ['Model', '`WENTU_BATCH_SIZE`', 'Images/s', 'CPU-ms an image', 'Search, ms', 'GPU, MiB', 'Host, MiB'];
  return [
    `**Loading a folder** of ${loads[0].count} JPEG pictures of 500 × 375, decoding and stores included; then searches over HTTP`,
    toTable(columns, rows),
  ];
}

const list = (title, entries) =>
  entries.length > 0 ? [`**${title}**`, entries.map((text) => `- ${text.split('\n')[0]}`).join('\n')] : [];
