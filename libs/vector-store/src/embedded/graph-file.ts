import { closeSync, openSync, readSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import type { Graph, Usearch } from './usearch';

/** HNSW parameters: links per node, and candidates when a node is added. docs/decisions/0009 has measurements. */
const LINKS = 16;
const EXPANSION_ADD = 96;
/** The minimum. A search visits as many candidates as it requests slots; see `GraphSegment.firstSlots`. */
const EXPANSION_SEARCH = 1;
const CHUNK_BYTES = 4 * 1024 * 1024;

/** The checksum and size of a graph file, to detect damage. */
export interface GraphFile {
  readonly crc: number;
  readonly sizeBytes: number;
}

/** The files that a build makes. */
export interface BuiltGraph extends GraphFile {
  /** The checksum of the int8 rows. */
  readonly int8Crc: number;
}

export interface GraphBuild {
  /** Int8 rows. The buffer is transferred to the thread. */
  readonly rows: Int8Array<ArrayBuffer>;
  readonly dimension: number;
  readonly threads: number;
  readonly path: string;
  readonly int8Path: string;
}

/** What the thread gets. */
export interface GraphThreadData extends GraphBuild {
  /** One number, shared with the thread: it ends soon after this is not 0. */
  readonly stop: Int32Array;
}

export function newGraph({ CompiledIndex }: Usearch, dimension: number): Graph {
  return new CompiledIndex(dimension, 'ip', 'i8', LINKS, EXPANSION_ADD, EXPANSION_SEARCH, false);
}

/**
 * Maps the graph into memory. The library crashes on a damaged file, so the checksum is compared first.
 * @returns null when the file is damaged
 */
export function viewGraph(usearch: Usearch, path: string, dimension: number, expected: GraphFile): Graph | null {
  const { crc, sizeBytes } = checksum(path);
  if (crc !== expected.crc || sizeBytes !== expected.sizeBytes) return null;
  return mapGraph(usearch, path, dimension);
}

/** Maps a graph file that this process has just written, without a check. */
export function mapGraph(usearch: Usearch, path: string, dimension: number): Graph {
  const graph = newGraph(usearch, dimension);
  graph.view(path);
  return graph;
}

/**
 * Builds a graph and writes its int8 rows in their own thread, whose end frees the memory. The graph appears only when
 * both files are complete. An abort waits for the thread: to terminate it within a call of the library aborts the whole
 * process.
 */
export async function buildGraph(build: GraphBuild, signal: AbortSignal): Promise<BuiltGraph> {
  signal.throwIfAborted();
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(require.resolve('./graph-thread'), {
    workerData: { ...build, path: `${build.path}.new`, stop } satisfies GraphThreadData,
    transferList: [build.rows.buffer],
  });
  const onAbort = (): void => void Atomics.store(stop, 0, 1);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const file = await new Promise<BuiltGraph>((resolve, reject) => {
      let built: BuiltGraph | undefined;
      worker.once('message', (message: BuiltGraph) => (built = message)).once('error', reject);
      worker.once('exit', () => {
        if (built) resolve(built);
        else reject(new Error(`the thread that builds ${build.path} ended before the graph was complete`));
      });
    });
    signal.throwIfAborted();
    await rename(`${build.path}.new`, build.path);
    return file;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

export function checksum(path: string): GraphFile {
  const file = openSync(path, 'r');
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    let [crc, sizeBytes] = [0, 0];
    for (;;) {
      const bytes = readSync(file, chunk, 0, chunk.length, sizeBytes);
      if (bytes === 0) return { crc, sizeBytes };
      crc = crc32(chunk.subarray(0, bytes), crc);
      sizeBytes += bytes;
    }
  } finally {
    closeSync(file);
  }
}
