// `npx nx run-many -t build -p api && node tools/bench/gpu/run.mjs` measures Wentu on an NVIDIA GPU; docs/gpu.md says
// what it needs and what it writes. `--provider cpu` is a dry run.
//   --provider cuda|cuda:N|cpu   --seeded ViT-B-16,…   --model FOLDER (repeatable)   --batches 1,8,64,256
//   --python PROGRAM   --models FOLDER   --pictures N   --minutes N   --seconds N   --out FOLDER
// It ends with 0, with 1 if outputs are not equal or a part failed, with 2 for bad options, with 3 without the
// provider.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cudaEnvironment, checkProvider } from './check-provider.mjs';
import { runJson, watchGpu } from './children.mjs';
import { compareOutputs, mostAlike } from './compare.mjs';
import { makePictures, measureLoad } from './loading.mjs';
import { parseOptions } from './options.mjs';
import { makeModels, PRECISIONS, whyNoExporter, whyNoTorch } from './seeded-models.mjs';
import { toMarkdown } from './tables.mjs';
import { machine, versions } from '../lib/report.mjs';

const USUAL_BATCH = 64;
const options = parseOptions(process.argv.slice(2));
const { device, python, batches, seconds } = options;
const onGpu = device !== 'cpu';
const begun = performance.now();
const leftMs = () => options.minutes * 60_000 - (performance.now() - begun);
const env = onGpu ? cudaEnvironment(python, process.env) : process.env;
const threads = availableParallelism();
const say = (text) => console.error(`${Math.round((performance.now() - begun) / 1_000)} s: ${text}`);
const results = { device, date: new Date().toISOString().slice(0, 10), machine: machine(), versions: versionsHere() };
Object.assign(results, { gpu: null, torch: null, checks: [], towers: [], loads: [], left: [], problems: [] });

process.exitCode = await main();

/** prepare.mjs carries the commit, because there is no repository on the other machine. */
function versionsHere() {
  const carried = join(import.meta.dirname, '../../../COMMIT');
  return { ...versions(), ...(existsSync(carried) ? { commit: readFileSync(carried, 'utf8') } : {}) };
}

async function main() {
  mkdirSync(options.out, { recursive: true });
  try {
    if (onGpu && !(await opensProvider())) return 3;
    await measureAll();
    const isEqual = results.towers.every(({ outputs }) => outputs.isEqual);
    return isEqual && results.problems.length === 0 && results.towers.length > 0 ? 0 : 1;
  } finally {
    results.seconds = (performance.now() - begun) / 1_000;
    const round = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(7)) : value);
    writeFileSync(join(options.out, 'gpu.json'), `${JSON.stringify(results, round, 2)}\n`);
    const markdown = toMarkdown(results);
    writeFileSync(join(options.out, 'gpu.md'), markdown);
    console.log(markdown);
  }
}

/** First the parts that it needs, because ONNX Runtime names at most one that is missing; then a session. */
async function opensProvider() {
  results.checks = checkProvider(env);
  results.gpu = results.checks.find(({ what, remedy }) => /nvidia-smi/.test(what) && !remedy)?.found ?? null;
  if (results.checks.every(({ remedy }) => remedy === undefined)) {
    const what = 'a session of ONNX Runtime on CUDA';
    const folder = join(import.meta.dirname, '../../../models/wentu-mini');
    const [found, remedy] = await runTower({ folder, device }).then(
      () => ['opens'],
      (error) => ['does not open', `the message is "${error.message}"; often the driver is too old for this CUDA`],
    );
    results.checks.push({ what, found, ...(remedy === undefined ? {} : { remedy }) });
  }
  const missing = results.checks.filter(({ remedy }) => remedy !== undefined);
  for (const { what, found, remedy } of missing) results.problems.push(`${what}: ${found}. Remedy: ${remedy}`);
  return missing.length === 0;
}

function runTower(task, more = {}) {
  return runJson(process.execPath, [join(import.meta.dirname, 'tower.mjs'), JSON.stringify({ threads, ...task })], {
    env: { ...env, ...more },
    timeoutMs: leftMs(),
  });
}

async function measureAll() {
  const scratch = mkdtempSync(join(tmpdir(), 'wentu-gpu-'));
  let pictures;
  try {
    const models = await chooseModels(join(scratch, 'models'));
    const peer = whyNoPeer(models);
    if (peer !== null) results.left.push(`torch: ${peer}`);
    // Most important first, in case the time ends.
    for (const model of models) {
      await attempt(`the towers of ${model.title}`, () => measureTowers(model));
      if (peer === null && model.checkpoint) await attempt(`torch with ${model.title}`, () => measurePeer(model));
    }
    pictures = options.pictures > 0 ? await makePictures(options.pictures) : undefined;
    if (pictures) await measureLoads(models, pictures);
    // TF32 has the fraction of float16. Without it, float32 shows whether the graph computes the same at all.
    for (const model of models.filter(({ precision }) => onGpu && precision === 'fp32')) {
      const exact = { ...model, title: `${model.title} without TF32`, exact: true };
      await attempt(`the towers of ${exact.title}`, () => measureTowers(exact));
    }
  } finally {
    for (const folder of [scratch, pictures]) if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

async function chooseModels(scratch) {
  const given = options.models.map((folder) => ({ folder: resolve(folder), title: folder.split('/').at(-1) }));
  const models = given.map((model) => ({ ...model, precision: /fp16/.test(model.title) ? 'fp16' : 'fp32' }));
  if (options.seeded.length === 0) return models;
  const why = whyNoExporter(python, env);
  if (why !== null) {
    results.problems.push(`no seeded models: ${python} cannot run tools/export-chinese-clip (${why}); see docs/gpu.md`);
    return models;
  }
  const folder = options.seededFolder ?? scratch;
  say(`making ${options.seeded.join(', ')}`);
  const task = { folder, architectures: options.seeded, python, env, cores: threads, timeoutMs: leftMs() };
  const { made, problems } = await makeModels(task);
  results.problems.push(...problems);
  const variants = made.flatMap((architecture) =>
    PRECISIONS.map((precision) => ({
      ...{ architecture, precision, title: `${architecture}, ${precision}` },
      ...{ folder: join(folder, `${architecture}-${precision}`), checkpoint: join(folder, `${architecture}.pt`) },
    })),
  );
  return [...models, ...variants];
}

async function measureTowers(model) {
  say(`towers of ${model.title}`);
  const { folder } = model;
  const reference = await runTower({ folder, device: 'cpu' });
  const gpu = watchGpu(device);
  const tf32 = model.exact ? { NVIDIA_TF32_OVERRIDE: '0' } : {};
  const task = { folder, device, batches: model.exact ? [batches.at(-1)] : batches, seconds };
  const measured = await runTower(task, tf32).finally(gpu.stop);
  results.towers.push({
    ...{ title: model.title, name: measured.name, precision: model.precision },
    provider: { images: measured.images.provider, texts: measured.texts.provider },
    outputs: compareOutputs(measured, reference, model.precision),
    alike: { images: mostAlike(reference.images.features), texts: mostAlike(reference.texts.features) },
    rates: { images: measured.images.rates, texts: measured.texts.rates },
    ...{ gpuMib: gpu.stop(), rssMib: measured.rssMib },
  });
}

/** The first model with every size of a batch, the others with one. On a GPU the float32 models are left out. */
async function measureLoads(models, folder) {
  const chosen = models.filter(({ precision }) => !onGpu || precision === 'fp16');
  for (const [at, model] of (chosen.length > 0 ? chosen : models).entries()) {
    const sizes = batches.filter((batch) => batch >= 8);
    const middle = sizes.includes(USUAL_BATCH) ? USUAL_BATCH : (sizes[0] ?? batches[0]);
    for (const batch of at === 0 && sizes.length > 0 ? sizes : [middle]) {
      const task = { model: model.folder, device, batch, folder, count: options.pictures, env };
      await attempt(`the load with ${model.title} and batches of ${batch}`, async () => {
        say(`load with ${model.title}, batches of ${batch}`);
        const load = await measureLoad({ ...task, timeoutMs: leftMs() });
        results.loads.push({ title: model.title, count: options.pictures, ...load });
      });
    }
  }
}

/** @returns null, or why torch cannot be measured */
function whyNoPeer(models) {
  if (!models.some(({ checkpoint }) => checkpoint)) return 'no seeded model, so there is nothing to compare';
  return whyNoTorch(python, device, env);
}

async function measurePeer({ title, checkpoint, precision }) {
  say(`torch with ${title}`);
  const where = device === 'cuda' ? 'cuda:0' : device;
  const task = { checkpoint, precision, device: where, batches, seconds, ...(onGpu ? {} : { threads }) };
  const gpu = watchGpu(device);
  const args = [join(import.meta.dirname, 'torch_peer.py'), JSON.stringify(task)];
  const peer = await runJson(python, args, { env, timeoutMs: leftMs() }).finally(gpu.stop);
  results.torch = peer.torch;
  const tower = results.towers.find((each) => each.title === title);
  if (tower) tower.peer = { ...peer, gpuMib: gpu.stop() };
}

/** A part that fails or has no time left is named in the results; the others go on. */
async function attempt(what, work) {
  if (leftMs() <= 0) return void results.left.push(`${what}: no time was left of ${options.minutes} minutes`);
  try {
    await work();
  } catch (error) {
    if (leftMs() <= 0) results.left.push(`${what}: no time was left of ${options.minutes} minutes`);
    else {
      console.error(error);
      results.problems.push(`${what} failed: ${error.message}`);
    }
  }
}
