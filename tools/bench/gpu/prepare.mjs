// `npx nx run-many -t build -p api,cli && node tools/bench/gpu/prepare.mjs --to FOLDER` packs what run.mjs needs for a
// Linux machine on x64 without a network: this Node, the built server with its packages, the CUDA provider and cn_clip.
// It needs npm's registry, PyPI or NuGet, pip, tar, gzip, split and unzip. docs/gpu.md says how the pieces are used.
//   --cuda 13|12 (from PyPI, from NuGet)   --piece-mib N   --python PROGRAM
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { output, versions } from '../lib/report.mjs';

const root = join(import.meta.dirname, '../../..');
const TOOLS = ['tools/bench', 'tools/ci', 'tools/export-chinese-clip', 'models'];
const NOT_RUN = /\.test\.|\.d\.ts$|\.map$|\/(testing|contract|faults|e2e)(\/|$)/;
const RUN = `#!/bin/sh
# The arguments are those of tools/bench/gpu/run.mjs.
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH="$here/python\${PYTHONPATH:+:$PYTHONPATH}" ORT_DISABLE_TELEMETRY=1
exec "$here/bin/node" "$here/wentu/tools/bench/gpu/run.mjs" "$@"
`;

const { values: given } = parseArgs({
  options: {
    to: { type: 'string' },
    cuda: { type: 'string', default: '13' },
    'piece-mib': { type: 'string', default: '36' },
    python: { type: 'string', default: 'python3' },
  },
});
const problem =
  (given.to === undefined && '--to FOLDER is missing; give a folder for the pieces') ||
  (!['12', '13'].includes(given.cuda) && `--cuda is ${given.cuda}; give 13 or 12`) ||
  (!(Number(given['piece-mib']) >= 1) && `--piece-mib is ${given['piece-mib']}; give a number of at least 1`) ||
  (`${process.platform}/${process.arch}` !== 'linux/x64' &&
    'this machine is not Linux on x64, so its Node would not run');
if (problem) {
  console.error(`prepare.mjs: ${problem}`);
  process.exit(2);
}

const target = resolve(given.to);
fs.mkdirSync(target, { recursive: true });
const scratch = fs.mkdtempSync(join(tmpdir(), 'wentu-gpu-kit-'));
try {
  const kit = join(scratch, 'wentu-gpu');
  packServer(join(kit, 'wentu'));
  packProvider(join(kit, 'wentu/node_modules/onnxruntime-node'));
  packPython(join(kit, 'python'));
  fs.mkdirSync(join(kit, 'bin'));
  fs.copyFileSync(process.execPath, join(kit, 'bin/node'));
  fs.writeFileSync(join(kit, 'run.sh'), RUN, { mode: 0o755 });
  split(kit);
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (status !== 0) throw error ?? new Error(`${[command, ...args].join(' ')} ended with ${status}`);
}

/** What the image of docker/Dockerfile contains, and the tools. */
function packServer(folder) {
  const isNeeded = (file) =>
    file === 'package-lock.json' ||
    file === '.npmrc' ||
    (file.endsWith('package.json') && !file.startsWith('tools/')) ||
    TOOLS.some((prefix) => file.startsWith(`${prefix}/`));
  for (const file of output('git', ['ls-files', '--cached', '--others', '--exclude-standard'])
    .split('\n')
    .filter(isNeeded))
    copy(join(root, file), join(folder, file));
  const packages = ['-w', '@wentu/api', '-w', '@wentu/cli'];
  run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { cwd: folder });
  for (const dist of ['apps', 'libs'].flatMap((group) =>
    fs.readdirSync(join(root, group)).map((name) => `${group}/${name}/dist`),
  )) {
    if (!fs.existsSync(join(root, dist)) || !fs.existsSync(join(folder, dirname(dist)))) continue;
    const filter = (path) => !NOT_RUN.test(path);
    fs.cpSync(join(root, dist), join(folder, dist), { recursive: true, filter });
  }
  fs.cpSync(join(root, 'apps/cli/bin'), join(folder, 'apps/cli/bin'), { recursive: true });
  fs.cpSync(join(root, 'samples'), join(folder, 'samples'), { recursive: true });
  fs.writeFileSync(join(folder, 'COMMIT'), versions().commit);
  dropOtherSystems(join(folder, 'node_modules'));
}

function copy(from, to) {
  fs.mkdirSync(dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}

/** The packages of ONNX Runtime and usearch hold the binaries of several systems, usearch also its sources. */
function dropOtherSystems(modules) {
  const dropFrom = (folder, kept) => {
    for (const name of fs.readdirSync(folder))
      if (!kept.includes(name)) fs.rmSync(join(folder, name), { recursive: true });
  };
  dropFrom(join(modules, 'onnxruntime-node/bin/napi-v6'), ['linux']);
  dropFrom(join(modules, 'onnxruntime-node/bin/napi-v6/linux'), ['x64']);
  dropFrom(join(modules, 'usearch/prebuilds'), ['linux-x64']);
  dropFrom(join(modules, 'usearch'), ['prebuilds', 'javascript', 'node_modules', 'package.json', 'LICENSE']);
}

/** For CUDA 13 the provider comes from the Python package of the same version of ONNX Runtime. */
function packProvider(onnxruntime) {
  const binaries = join(onnxruntime, 'bin/napi-v6/linux/x64');
  if (given.cuda === '12') {
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'cuda12' };
    run(process.execPath, [join(onnxruntime, 'script/install')], { env });
    // No part of Wentu uses it.
    fs.rmSync(join(binaries, 'libonnxruntime_providers_tensorrt.so'), { force: true });
  } else {
    const wheels = join(scratch, 'wheel');
    const name = `onnxruntime-gpu==${versions()['onnxruntime-node']}`;
    const platform = ['--only-binary=:all:', '--python-version', '3.12', '--platform', 'manylinux_2_28_x86_64'];
    run(given.python, ['-m', 'pip', 'download', '--quiet', '--no-deps', ...platform, '-d', wheels, name]);
    const parts = ['cuda', 'shared'].map((part) => `onnxruntime/capi/libonnxruntime_providers_${part}.so`);
    run('unzip', ['-q', '-j', join(wheels, fs.readdirSync(wheels)[0]), ...parts, '-d', binaries]);
  }
  if (!fs.existsSync(join(binaries, 'libonnxruntime_providers_cuda.so'))) throw new Error('the provider did not come');
}

/** A GPU machine has torch, onnx and onnxruntime as a rule; cn_clip is small and has no compiled part. */
function packPython(folder) {
  const requirements = fs.readFileSync(join(root, 'tools/export-chinese-clip/requirements.txt'), 'utf8');
  const [name] = /^cn_clip==\S+/m.exec(requirements);
  run(given.python, ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--target', folder, name]);
}

/** Pieces, and the script that puts them together. */
function split(kit) {
  for (const name of fs.readdirSync(target).filter((name) => /^piece-\d+$/.test(name))) fs.rmSync(join(target, name));
  const archive = join(scratch, 'kit.tar.gz');
  run('tar', ['-czf', archive, '-C', dirname(kit), 'wentu-gpu']);
  run('split', ['-b', `${given['piece-mib']}M`, '-d', '-a', '2', archive, join(target, 'piece-')]);
  const pieces = fs
    .readdirSync(target)
    .filter((name) => /^piece-\d+$/.test(name))
    .sort();
  const sums = pieces.map((name) => {
    const bytes = fs.readFileSync(join(target, name));
    return `${createHash('sha256').update(bytes).digest('hex')}  ${name}`;
  });
  const unpack = ['#!/bin/sh', 'set -e', 'cd "$(dirname "$0")"', "sha256sum -c --quiet <<'SUMS'", ...sums, 'SUMS'];
  fs.writeFileSync(join(target, 'unpack.sh'), [...unpack, 'cat piece-* | tar -xzf -', ''].join('\n'), { mode: 0o755 });
  const mib = Math.round(fs.statSync(archive).size / 2 ** 20);
  console.log(`${pieces.length} pieces, ${mib} MiB, and unpack.sh in ${target}`);
  console.log('There: sh unpack.sh && wentu-gpu/run.sh --out RESULTS');
}
