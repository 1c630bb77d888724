// Models with seeded weights, made by tools/export-chinese-clip.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collect } from './children.mjs';

export const PRECISIONS = ['fp16', 'fp32'];
/** An export of a large model holds its weights several times. */
const CORES_FOR_ALL_AT_ONCE = 8;

/** Whether this Python has what the exporter imports. @returns null, or the reason */
export function whyNoExporter(python, env) {
  const script = 'import torch, cn_clip.clip, onnx, onnxruntime, safetensors, torchvision';
  const { status, error, stderr } = spawnSync(python, ['-c', script], { encoding: 'utf8', env });
  if (status === 0) return null;
  return error ? error.message : stderr.trim().split('\n').at(-1);
}

/** Whether torch can use the device. @returns null, or the reason */
export function whyNoTorch(python, device, env) {
  const reason = whyNoExporter(python, env);
  if (reason !== null || !device.startsWith('cuda')) return reason;
  const script = 'import torch; print(torch.cuda.is_available(), torch.__version__)';
  const { stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8', env });
  return stdout.startsWith('True') ? null : `torch ${stdout.trim().split(' ')[1]} of ${python} sees no GPU`;
}

/**
 * Makes those that are not in the folder yet.
 *
 * @returns the architectures that were made or were there, and the reasons of the others
 */
export async function makeModels({ folder, architectures, python, env, cores, timeoutMs }) {
  const made = [];
  const problems = [];
  const make = async (architecture) => {
    const isThere = PRECISIONS.every((precision) => existsSync(join(folder, `${architecture}-${precision}`)));
    try {
      if (!isThere)
        await collect(python, [join(import.meta.dirname, 'make_models.py'), folder, architecture], { env, timeoutMs });
      made.push(architecture);
    } catch (error) {
      problems.push(`${architecture} could not be made: ${error.message}`);
    }
  };
  if (cores >= CORES_FOR_ALL_AT_ONCE) await Promise.all(architectures.map(make));
  else for (const architecture of architectures) await make(architecture);
  return { made: architectures.filter((name) => made.includes(name)), problems };
}
