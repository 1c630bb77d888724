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

export interface GraphBuild {
  /** Int8 rows. The buffer is transferred to the thread. */
  readonly rows: Int8Array<ArrayBuffer>;
  readonly dimension: number;
  readonly threads: number;
  readonly path: string;
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

/** Builds a graph in its own thread, whose end frees the memory. The file appears only when it is complete. */
export async function buildGraph(build: GraphBuild, signal: AbortSignal): Promise<GraphFile> {
  signal.throwIfAborted();
  const worker = new Worker(require.resolve('./graph-thread'), {
    workerData: { ...build, path: `${build.path}.new` } satisfies GraphBuild,
    transferList: [build.rows.buffer],
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const file = await new Promise<GraphFile>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
      worker.once('exit', () =>
        reject(new Error(`the thread that builds ${build.path} ended before the graph was complete`)),
      );
    });
    await rename(`${build.path}.new`, build.path);
    return file;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
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
