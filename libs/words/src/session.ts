import { InvalidInputError } from '@wentu/domain';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface FloatTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A graph with one input and one output of float32. */
export interface Graph {
  /**
   * Runs the graph. Blocks the calling thread.
   * @param target the memory of the output, for outputs of a known shape: outputs that are waste pile up otherwise
   */
  run(input: FloatTensor, target?: FloatTensor): Promise<FloatTensor>;
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
    async run(given, target) {
      const feeds = { [input]: tensorOf(given) };
      const results = await (target ? session.run(feeds, { [output]: tensorOf(target) }) : session.run(feeds));
      const result = results[output] as Tensor;
      return { data: result.data as Float32Array, shape: result.dims };
    },
    close: () => session.release(),
  };
}

function tensorOf({ data, shape }: FloatTensor): Tensor {
  return new Tensor('float32', data, shape);
}

async function createSession(path: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // Without an arena the system's allocator keeps 100 MB more after many sizes, and a run takes 5 % more time.
      enableCpuMemArena: true,
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
