import { parentPort, workerData } from 'node:worker_threads';
import { lowerThreadPriority } from '@wentu/worker-rpc';
import { checksum, newGraph, type BuiltGraph, type GraphThreadData } from './graph-file';
import { writeInt8Rows } from './int8-rows';
import { loadUsearch, type Usearch } from './usearch';

/** An abort waits for one slice: 512 rows of 512 numbers take about 0.1 s. */
const SLICE_ROWS = 512;

// Searches have priority over graphs; the threads of the library inherit this priority.
lowerThreadPriority();

const { rows, dimension, threads, path, int8Path, stop } = workerData as GraphThreadData;
const isStopped = (): boolean => Atomics.load(stop, 0) !== 0;
const graph = newGraph(loadUsearch() as Usearch, dimension);
const count = rows.length / dimension;
for (let first = 0; first < count && !isStopped(); first += SLICE_ROWS) {
  const slots = Math.min(SLICE_ROWS, count - first);
  const keys = BigUint64Array.from({ length: slots }, (_, i) => BigInt(first + i));
  graph.add(keys, rows.subarray(first * dimension, (first + slots) * dimension), threads);
}
if (!isStopped()) {
  graph.save(path);
  void writeInt8Rows(int8Path, rows).then((int8Crc) =>
    parentPort?.postMessage({ ...checksum(path), int8Crc } satisfies BuiltGraph),
  );
}
