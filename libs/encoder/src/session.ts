import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InvalidInputError, UnavailableError, type Device, type ExecutionProvider } from '@wentu/domain';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { cudaReason } from './cuda-reason';
import type { Model } from './model';
import { fitTensors } from './tensor-types';
import { toUnitVectors } from './unit-vectors';

export interface SessionOptions {
  readonly device: Device;
  /** Threads of one operator; operators run one after another. */
  readonly threads: number;
}

type Feeds = Record<string, Tensor>;

/** One graph of a model, from its description. */
export interface Graph {
  readonly file: string;
  readonly output: string;
  /** Inputs for one row. The graph runs on them when it is opened, because many faults appear only then. */
  readonly sample: Feeds;
}

export interface OpenGraph {
  readonly provider: ExecutionProvider;
  /** The largest batch: 1 for a graph that was exported for a single row, as the official ones are. */
  readonly maxRows: number;
  /** Returns one L2-normalised vector per row. Blocks the calling thread. */
  run(feeds: Feeds, rows: number): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Opens one graph of a model on the device. With `auto` it may use the CPU; `provider.reason` says why.
 *
 * @throws InvalidInputError for a graph that does not match the model's description, UnavailableError without CUDA
 */
export async function openGraph(model: Model, graph: Graph, options: SessionOptions): Promise<OpenGraph> {
  const { device } = options;
  if (device === 'cpu') return await openOn({ name: 'cpu', reason: 'WENTU_DEVICE is cpu' }, model, graph, options);
  let cause: unknown;
  let why = 'the CUDA provider library is not installed (docs/gpu.md)';
  // Without the library a session would fail too, but onnxruntime would print its own error first.
  if (hasCudaLibrary()) {
    try {
      const reason = device === 'auto' ? 'CUDA opened a session' : `WENTU_DEVICE is ${device}`;
      return await openOn({ name: 'cuda', reason }, model, graph, options);
    } catch (error) {
      cause = error;
      why = `CUDA could not be opened: ${cudaReason((error as Error).message)}`;
    }
  }
  if (device === 'auto') return await openOn({ name: 'cpu', reason: why }, model, graph, options);
  throw new UnavailableError(
    `WENTU_DEVICE is ${device}, but ${join(model.folder, graph.file)} cannot run on it: ${why}; install the missing part, or set WENTU_DEVICE to auto or cpu`,
    { cause },
  );
}

async function openOn(
  provider: ExecutionProvider,
  model: Model,
  { file, output, sample }: Graph,
  { device, threads }: SessionOptions,
): Promise<OpenGraph> {
  const path = join(model.folder, file);
  const session = await createSession(
    path,
    provider.name === 'cuda' ? { name: 'cuda', deviceId: Number(device.split(':')[1] ?? 0) } : { name: 'cpu' },
    threads,
    model.manifest.sessionConfig,
  );
  const run = async (feeds: Feeds, rows: number): Promise<Float32Array[]> => {
    const results = await session.run(fitTensors(session, feeds), [output]);
    return toUnitVectors(results[output] as Tensor, rows, model.info.dimension, path);
  };
  try {
    checkNames(session, Object.keys(sample), output, path);
    await run(sample, 1).catch((error: unknown) => {
      if (error instanceof InvalidInputError || error instanceof UnavailableError) throw error;
      throw new InvalidInputError(
        `${path} does not run with the inputs of its description: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    });
  } catch (error) {
    await session.release();
    throw error;
  }
  const single = session.inputMetadata.some((input) => input.isTensor && input.shape[0] === 1);
  return { provider, maxRows: single ? 1 : Infinity, run, close: () => session.release() };
}

/**
 * Threads that sleep between two operators make a run 25 % longer. Threads that spin after the run take the cores that
 * decode pictures. Operators follow each other within microseconds.
 */
const SPINNING = { 'session.intra_op.allow_spinning': '1', 'session.intra_op.spin_duration_us': '300' };

async function createSession(
  path: string,
  provider: { name: ExecutionProvider['name']; deviceId?: number },
  threads: number,
  config: Record<string, string>,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // With an arena, pages are not faulted in again for each run: 25 % less CPU time for small towers, and less
      // memory.
      enableCpuMemArena: true,
      enableMemPattern: true,
      logSeverityLevel: 3,
      extra: { ...SPINNING, ...config },
    });
  } catch (error) {
    // With CUDA the graph is rarely at fault. If it is, the CPU gives this error.
    if (provider.name === 'cuda') throw error;
    throw new InvalidInputError(`${path} cannot be run: ${(error as Error).message}; install the model again`, {
      cause: error,
    });
  }
}

function checkNames(session: InferenceSession, inputs: readonly string[], output: string, path: string): void {
  const { inputNames, outputNames } = session;
  const missing = [
    ...inputs.filter((name) => !inputNames.includes(name)),
    ...(outputNames.includes(output) ? [] : [output]),
  ];
  if (missing.length === 0) return;
  throw new InvalidInputError(
    `${path} has no tensor ${missing.join(', ')}; it has the inputs ${inputNames.join(', ')} and the outputs ${outputNames.join(', ')}`,
  );
}

function hasCudaLibrary(): boolean {
  const binaries = join(dirname(require.resolve('onnxruntime-node')), '../bin');
  return readdirSync(binaries, { recursive: true }).some((file) =>
    /onnxruntime_providers_cuda\.(so|dll)/.test(String(file)),
  );
}
