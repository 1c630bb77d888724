import { InvalidInputError, UnavailableError } from '@wentu/domain';
import type { Tensor } from 'onnxruntime-node';
import { toFloat32 } from './tensor-types';

/**
 * The rows of a graph's output `[rows, dimension]`, each as its own vector of length 1.
 *
 * @param path the graph, for error messages
 * @throws InvalidInputError for another shape or type, UnavailableError for a row without a direction
 */
export function toUnitVectors(output: Tensor, rows: number, dimension: number, path: string): Float32Array[] {
  const { type, dims } = output;
  const data = toFloat32(output);
  if (!data || dims.length !== 2 || dims[0] !== rows || dims[1] !== dimension) {
    throw new InvalidInputError(
      `${path} gives ${type} [${dims.join(', ')}] for ${rows} inputs; its description says float32 [${rows}, ${dimension}]`,
    );
  }
  return Array.from({ length: rows }, (_, row) => {
    const vector = data.slice(row * dimension, (row + 1) * dimension);
    if (normalise(vector)) return vector;
    throw new UnavailableError(
      `${path} gives a vector without a direction (zeros, NaN or Infinity); the graph or its provider is broken, try WENTU_DEVICE=cpu`,
    );
  });
}

/** Normalises the vector in place. @returns false when the vector has no direction */
function normalise(vector: Float32Array): boolean {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!(sum > 0 && sum < Infinity)) return false;
  const factor = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor;
  return true;
}
