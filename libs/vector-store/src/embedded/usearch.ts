import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Of each query the keys or row numbers, then the distances, both of `count` places; and how many of these are taken.
 */
export type Found = readonly [keys: BigUint64Array, distances: Float32Array, counts: BigUint64Array];

/** A graph of int8 vectors. */
export interface Graph {
  add(keys: BigUint64Array, vectors: Int8Array, threads: number): void;
  search(queries: Int8Array, count: number, threads: number): Found;
  save(path: string): void;
  view(path: string): void;
}

/**
 * The binding of the npm package usearch. Its JavaScript makes Float32Arrays of Int8Arrays for a graph, of which the
 * library makes int8 numbers again in steps of 1/127 of the vector's length, cut off and not rounded: recall@10 is 0.70
 * then, and 0.95 with the numbers as they are (65,536 × 512, ten asked for). So the binding is called directly.
 */
export interface Usearch {
  readonly CompiledIndex: new (
    dimension: number,
    metric: 'ip',
    quantization: 'i8',
    connectivity: number,
    expansionAdd: number,
    expansionSearch: number,
    multi: boolean,
  ) => Graph;
  /** Typed arrays have to begin where their buffers begin. Distances are 1 − the product. */
  exactSearch(
    rows: Int8Array,
    queries: Int8Array,
    dimension: number,
    count: number,
    metric: 'ip',
    threads: number,
  ): Found;
}

/** null where npm has no binary of it for this platform: then searches are plain scans. */
export function loadUsearch(): Usearch | null {
  const require = createRequire(__filename);
  try {
    const folder = join(dirname(require.resolve('usearch')), '../../..');
    return (require('node-gyp-build') as (folder: string) => Usearch)(folder);
  } catch {
    return null;
  }
}
