import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidInputError, UnavailableError, type ExecutionProvider } from '@wentu/domain';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { Model } from './model';

export interface SessionOptions {
  readonly device: 'auto' | 'cuda' | 'cpu';
  /** Of one operator; operators run one after another. */
  readonly threads: number;
}

export interface OpenSession {
  readonly session: InferenceSession;
  readonly provider: ExecutionProvider;
}

/** Opens one graph of a model. @throws InvalidInputError for a graph that is not what the model says, UnavailableError without CUDA */
export async function openSession(
  model: Model,
  graph: { file: string; inputs: readonly string[]; output: string },
  { device, threads }: SessionOptions,
): Promise<OpenSession> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // An arena keeps the largest batch's memory for ever, and again for every new shape.
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: nested({ 'session.intra_op.allow_spinning': '0', ...model.manifest.sessionConfig }),
  };
  const path = join(model.folder, graph.file);
  const opened = await create(path, options, device);
  const { inputNames, outputNames } = opened.session;
  const missing = [
    ...graph.inputs.filter((name) => !inputNames.includes(name)),
    ...(outputNames.includes(graph.output) ? [] : [graph.output]),
  ];
  if (missing.length > 0) {
    await opened.session.release();
    throw new InvalidInputError(
      `${path} has no tensor ${missing.join(', ')}; it has the inputs ${inputNames.join(', ')} and the outputs ${outputNames.join(', ')}`,
    );
  }
  return opened;
}

async function create(
  path: string,
  options: InferenceSession.SessionOptions,
  device: SessionOptions['device'],
): Promise<OpenSession> {
  let reason = device === 'cpu' ? 'WENTU_DEVICE is cpu' : 'the CUDA provider library is not installed (docs/gpu.md)';
  if (device === 'cuda' || (device === 'auto' && hasCudaLibrary())) {
    try {
      const session = await InferenceSession.create(path, { ...options, executionProviders: ['cuda'] });
      return {
        session,
        provider: { name: 'cuda', reason: device === 'cuda' ? 'WENTU_DEVICE is cuda' : 'CUDA opened a session' },
      };
    } catch (error) {
      const why = (error as Error).message.split('\n')[0] ?? '';
      if (device === 'cuda') {
        throw new UnavailableError(
          `CUDA cannot run ${path}: ${why}. Install its provider libraries (docs/gpu.md), or set WENTU_DEVICE to auto or cpu`,
          {
            cause: error,
          },
        );
      }
      reason = `CUDA is not to be had: ${why.slice(0, 200)}`;
    }
  }
  try {
    return {
      session: await InferenceSession.create(path, { ...options, executionProviders: ['cpu'] }),
      provider: { name: 'cpu', reason },
    };
  } catch (error) {
    throw new InvalidInputError(
      `${path} is no graph that can be run: ${(error as Error).message}; install the model again`,
      { cause: error },
    );
  }
}

/** Trying without it would fail too, but not before onnxruntime has printed an error of its own. */
function hasCudaLibrary(): boolean {
  const binaries = join(dirname(require.resolve('onnxruntime-node')), '../bin');
  return readdirSync(binaries, { recursive: true }).some((file) =>
    /onnxruntime_providers_cuda\.(so|dll)/.test(String(file)),
  );
}

/** onnxruntime-node wants `a.b` as `{a: {b}}`. */
function nested(flat: Record<string, string>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(flat)) {
    const parts = key.split('.');
    const last = parts.pop() as string;
    const parent = parts.reduce((node, part) => (node[part] ??= {}) as Record<string, unknown>, root);
    parent[last] = value;
  }
  return root;
}

/** Rows of an output `[count, dimension]`, each a vector of its own of length 1. */
export function toVectors(output: Tensor, count: number, model: Model, file: string): Float32Array[] {
  const { dimension } = model.info;
  if (
    output.type !== 'float32' ||
    output.dims.length !== 2 ||
    output.dims[0] !== count ||
    output.dims[1] !== dimension
  ) {
    throw new InvalidInputError(
      `${join(model.folder, file)} gives ${output.type} [${output.dims.join(', ')}] for ${count} inputs; its description says float32 [${count}, ${dimension}]`,
    );
  }
  const data = output.data as Float32Array;
  return Array.from({ length: count }, (_, row) => {
    const vector = data.slice(row * dimension, (row + 1) * dimension);
    if (normalise(vector)) return vector;
    throw new UnavailableError(
      `${join(model.folder, file)} gives no direction (zeros, NaN or Infinity); the graph or its provider is broken, try WENTU_DEVICE=cpu`,
    );
  });
}

/** In place. @returns false when the vector has no direction */
function normalise(vector: Float32Array): boolean {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!(sum > 0 && sum < Infinity)) return false;
  const factor = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor;
  return true;
}
