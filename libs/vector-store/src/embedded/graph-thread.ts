import { parentPort, workerData } from 'node:worker_threads';
import { lowerThreadPriority } from '@wentu/worker-rpc';
import { checksum, newGraph, type GraphBuild } from './graph-file';
import { loadUsearch, type Usearch } from './usearch';

const SLICE_ROWS = 4_096;

// Searches have priority over graphs; the threads of the library inherit this priority.
lowerThreadPriority();

const { rows, dimension, threads, path } = workerData as GraphBuild;
const graph = newGraph(loadUsearch() as Usearch, dimension);
const count = rows.length / dimension;
for (let first = 0; first < count; first += SLICE_ROWS) {
  const slots = Math.min(SLICE_ROWS, count - first);
  const keys = BigUint64Array.from({ length: slots }, (_, i) => BigInt(first + i));
  graph.add(keys, rows.subarray(first * dimension, (first + slots) * dimension), threads);
}
graph.save(path);
parentPort?.postMessage(checksum(path));
