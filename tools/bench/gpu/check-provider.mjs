// What ONNX Runtime's CUDA provider needs on this machine, and which part is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const requireOfEncoder = createRequire(join(root, 'libs/encoder/package.json'));
const PROVIDER = 'libonnxruntime_providers_cuda.so';
const SHARED = 'libonnxruntime_providers_shared.so';
const INSTALL = 'ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install';

/** The folder where onnxruntime-node looks for the provider. */
export const binariesFolder = () =>
  join(dirname(requireOfEncoder.resolve('onnxruntime-node')), `../bin/napi-v6/${process.platform}/${process.arch}`);

/** The libraries that the loader does not find, by the output of `ldd`. */
export const missingLibraries = (lddOutput) =>
  [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].map(([, library]) => library);

/** The version of CUDA that the provider is linked to, by the output of `ldd`. */
export const cudaVersion = (lddOutput) => /libcudart\.so\.(\d+)/.exec(lddOutput)?.[1];

/** What to install for a missing library. */
export function remedyFor(library, cuda) {
  if (library.startsWith('libcuda.so'))
    return "install NVIDIA's driver; start a container with `--gpus all` and NVIDIA's container toolkit";
  if (library.startsWith('libcudnn')) return `install cuDNN 9 for CUDA ${cuda}`;
  return `install the libraries of CUDA ${cuda}, and name their folder in LD_LIBRARY_PATH or to ldconfig`;
}

/**
 * All checks in their order. `remedy` is there when something is missing.
 *
 * @param env the environment of the processes that will open the provider
 * @returns `[{ what, found, remedy }]`
 */
export function checkProvider(env) {
  const checks = [];
  const check = (what, found, remedy) => checks.push({ what, found, ...(remedy === undefined ? {} : { remedy }) });
  const platform = `${process.platform}/${process.arch}`;
  const fits = platform === 'linux/x64';
  check('Linux on x64', platform, fits ? undefined : 'use Linux on x64: onnxruntime-node has CUDA for nothing else');
  if (!fits) return checks;

  const smi = spawnSync('nvidia-smi', ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'], {
    encoding: 'utf8',
  });
  const gpus = smi.status === 0 ? smi.stdout.trim().split('\n').join('; ') : null;
  check('an NVIDIA GPU (nvidia-smi)', gpus ?? 'none', gpus === null ? remedyFor('libcuda.so') : undefined);

  const folder = binariesFolder();
  const absent = [PROVIDER, SHARED].filter((file) => !existsSync(join(folder, file)));
  if (absent.length > 0) {
    check('the CUDA provider of onnxruntime-node', `no ${absent.join(' and no ')}`, `${INSTALL} (docs/gpu.md)`);
    return checks;
  }
  check('the CUDA provider of onnxruntime-node', PROVIDER);
  return [...checks, ...checkLibraries(join(folder, PROVIDER), env)];
}

function checkLibraries(provider, env) {
  const { stdout } = spawnSync('ldd', [provider], { encoding: 'utf8', env });
  const cuda = cudaVersion(stdout ?? '') ?? '12';
  // The provider opens these by name when it needs them, so ldd does not know them.
  const byName = ['libcudnn.so.9', `libnvrtc.so.${cuda}`].filter((library) => !opens(library, env));
  const missing = [...missingLibraries(stdout ?? ''), ...byName];
  const what = `the libraries of CUDA ${cuda} and cuDNN 9`;
  if (missing.length === 0) return [{ what, found: 'all' }];
  return missing.map((library) => ({ what, found: `no ${library}`, remedy: remedyFor(library, cuda) }));
}

/** In a process of its own: a library cannot be closed again. */
function opens(library, env) {
  const script = 'process.dlopen({ exports: {} }, process.argv[1])';
  const { stderr } = spawnSync(process.execPath, ['-e', script, library], { encoding: 'utf8', env });
  return !stderr.includes('cannot open shared object file');
}

/**
 * The environment of the processes that use CUDA. If pip has installed CUDA's libraries, for example with torch, the
 * loader gets their folders.
 */
export function cudaEnvironment(python, env) {
  const script = [
    'import glob, os, sysconfig',
    'packages = sysconfig.get_paths()["purelib"]',
    'print(os.pathsep.join(sorted(glob.glob(os.path.join(packages, "nvidia", "*", "lib")))))',
  ].join('\n');
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8', env });
  const folders = [env.LD_LIBRARY_PATH, status === 0 ? stdout.trim() : ''].filter(Boolean);
  return folders.length > 0 ? { ...env, LD_LIBRARY_PATH: folders.join(':') } : env;
}
