import { InvalidInputError } from '@wentu/domain';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** A graph with one input and one output of float32. */
export interface Graph {
  /** @param shape of the input. Blocks the calling thread. */
  run(input: Float32Array, shape: readonly number[]): Promise<{ data: Float32Array; shape: readonly number[] }>;
  close(): Promise<void>;
}

/**
 * Opens a graph on the CPU.
 * @throws InvalidInputError for a file that is not a graph with one input and one output
 */
export async function openGraph(path: string, threads: number): Promise<Graph> {
  const session = await createSession(path, threads);
  const { inputNames, outputNames } = session;
  const [input, output] = [inputNames[0] as string, outputNames[0] as string];
  if (inputNames.length !== 1 || outputNames.length !== 1) {
    await session.release();
    throw new InvalidInputError(
      `${path} has the inputs ${inputNames.join(', ')} and the outputs ${outputNames.join(', ')}; a graph that reads words has one of each`,
    );
  }
  return {
    async run(data, shape) {
      const results = await session.run({ [input]: new Tensor('float32', data, shape) });
      const result = results[output] as Tensor;
      return { data: result.data as Float32Array, shape: result.dims };
    },
    close: () => session.release(),
  };
}

async function createSession(path: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Sizes differ from run to run. An arena would keep the memory of the largest.
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { 'session.intra_op.allow_spinning': '0' },
    });
  } catch (error) {
    throw new InvalidInputError(`${path} cannot be run: ${(error as Error).message}; get the file again`, {
      cause: error,
    });
  }
}
