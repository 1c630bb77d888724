// `npx nx run-many -t build -p api && node tools/bench/gpu/check.mjs` checks the parts of run.mjs that need no GPU, and
// makes a dry run on the CPU with the shipped model. Some ten seconds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChecks } from '../../ci/checks.mjs';
import { cudaVersion, missingLibraries, remedyFor } from './check-provider.mjs';
import { compareOutputs, lowestCosine, mostAlike } from './compare.mjs';
import { readOptions } from './options.mjs';

const root = join(import.meta.dirname, '../../..');
const MINI = join(root, 'models/wentu-mini');
/** Of the provider of onnxruntime 1.30.0 for CUDA 13, beside CUDA's libraries but without a driver. */
const LDD = `	linux-vdso.so.1 (0x00007f6192d32000)
	libcublasLt.so.13 => /cuda/lib/libcublasLt.so.13 (0x00007fe0fa800000)
	libcurand.so.10 => not found
	libcudart.so.13 => /cuda/lib/libcudart.so.13 (0x00007fe0ee600000)
	libcuda.so.1 => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f617e81e000)
`;
const { check, end } = startChecks();
const folder = mkdtempSync(join(tmpdir(), 'wentu-gpu-check-'));
const out = join(folder, 'out');
const run = (script, args, env = process.env) =>
  spawnSync(process.execPath, [join(import.meta.dirname, script), ...args], { encoding: 'utf8', env });
const results = () => JSON.parse(readFileSync(join(out, 'gpu.json'), 'utf8'));
const unit = (angle) => [Math.cos(angle), Math.sin(angle)];

try {
  await check('names the libraries that the provider misses, and what to install', () => {
    assert.deepEqual(missingLibraries(LDD), ['libcurand.so.10', 'libcuda.so.1']);
    assert.equal(cudaVersion(LDD), '13');
    assert.match(remedyFor('libcuda.so.1', '13'), /driver/);
    assert.match(remedyFor('libcurand.so.10', '13'), /CUDA 13/);
    assert.match(remedyFor('libcudnn.so.9', '12'), /cuDNN 9 for CUDA 12/);
  });
  await check('takes outputs as equal within the limit of their precision only', () => {
    const outputs = (angle) => ({ images: { features: [unit(0), unit(1 + angle)] }, texts: { features: [unit(2)] } });
    // The cosine of 0.01 is 0.99995.
    assert.equal(compareOutputs(outputs(0.01), outputs(0), 'fp16').isEqual, true);
    assert.equal(compareOutputs(outputs(0.01), outputs(0), 'fp32').isEqual, false);
    const broken = { images: { features: [[NaN, NaN], unit(1)] }, texts: { features: [unit(2)] } };
    assert.equal(compareOutputs(broken, outputs(0), 'fp16').isEqual, false);
    assert.ok(Number.isNaN(lowestCosine([unit(0)], [unit(0), unit(1)])));
    assert.ok(Math.abs(mostAlike([unit(0), unit(1), unit(1.5)]) - Math.cos(0.5)) < 1e-12);
  });
  await check('refuses options that it does not know', () => {
    assert.throws(() => readOptions(['--provider', 'rocm']), /--provider is rocm/);
    assert.throws(() => readOptions(['--batches', '8,300']), /--batches is 8,300/);
    assert.throws(() => readOptions(['--model', folder]), /no wentu-model\.json/);
    assert.deepEqual(readOptions([]).seeded, ['ViT-B-16', 'RN50', 'ViT-L-14']);
    assert.deepEqual(readOptions(['--model', MINI]).seeded, []);
    assert.equal(run('run.mjs', ['--minutes', 'x']).status, 2);
  });
  await check('says what is missing where CUDA does not open, and ends with 3', () => {
    const { status, stdout } = run('run.mjs', ['--provider', 'cuda', '--out', out], { PATH: folder });
    assert.equal(status, 3);
    assert.match(stdout, /an NVIDIA GPU \(nvidia-smi\): none\. Remedy: install NVIDIA's driver/);
    assert.deepEqual([results().towers, results().loads], [[], []]);
  });
  await check('names what it cannot make without the Python of the exporter, and ends with 1', () => {
    const args = ['--provider', 'cpu', '--seeded', 'small-vit', '--python', join(folder, 'none'), '--pictures', '0'];
    assert.equal(run('run.mjs', [...args, '--out', out]).status, 1);
    assert.match(results().problems[0], /no seeded models: .*none cannot run tools\/export-chinese-clip/);
  });
  await check('a dry run on the CPU measures outputs, rates, memory and a load', () => {
    const small = ['--batches', '1,8', '--seconds', '0', '--pictures', '24'];
    const { status, stderr } = run('run.mjs', ['--provider', 'cpu', '--model', MINI, ...small, '--out', out]);
    assert.equal(status, 0, stderr);
    const { towers, loads, left, problems } = results();
    const [tower] = towers;
    assert.deepEqual([tower.provider.images.name, tower.provider.texts.name], ['cpu', 'cpu']);
    assert.equal(tower.outputs.isEqual, true);
    assert.ok(tower.alike.images < 0.999 && tower.alike.texts < 0.999);
    const { images, texts } = tower.rates;
    assert.deepEqual(
      [images, texts].map((rates) => rates.map(({ batch }) => batch)),
      [
        [1, 8],
        [1, 8],
      ],
    );
    assert.ok([...images, ...texts].every(({ encoder }) => encoder > 0) && images.every(({ session }) => session > 0));
    assert.ok(tower.rssMib > 0);
    assert.equal(loads.length, 1);
    assert.ok(loads[0].rate > 0 && loads[0].searchMs > 0 && loads[0].count === 24);
    assert.deepEqual([problems, left], [[], ['torch: no seeded model, so there is nothing to compare']]);
    assert.match(readFileSync(join(out, 'gpu.md'), 'utf8'), /\*\*Images a second\*\*[^]*\| wentu-mini \| 8 \|/);
  });
  await check('results of a GPU go into the page, those of a dry run do not', () => {
    const page = join(folder, 'gpu.md');
    const around = 'Before.\n\n<!-- bench:gpu -->\n\nold\n\n<!-- /bench:gpu -->\n\nAfter.\n';
    writeFileSync(page, around);
    mkdirSync(join(folder, 'benchmarks'));
    assert.equal(run('write-docs.mjs', [out, page]).status, 2);
    assert.equal(readFileSync(page, 'utf8'), around);
    writeFileSync(join(out, 'gpu.json'), JSON.stringify({ ...results(), device: 'cuda', gpu: 'NVIDIA X, 1.0' }));
    assert.equal(run('write-docs.mjs', [out, page]).status, 0);
    const written = readFileSync(page, 'utf8');
    assert.match(written, /^Before\.\n\n<!-- bench:gpu -->\n[^]*NVIDIA X, 1\.0[^]*<!-- \/bench:gpu -->\n\nAfter\.\n$/);
    assert.doesNotMatch(written, /^old$/m);
    assert.equal(JSON.parse(readFileSync(join(folder, 'benchmarks/gpu.json'), 'utf8')).device, 'cuda');
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
end();
