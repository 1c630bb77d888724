/** Cosine of two L2-normalised vectors, summed in double precision. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/**
 * Squared Euclidean distance of two unit vectors, which Milvus calls L2: 2 − 2·cos, in [0, 4], smaller is nearer. The
 * cosine is clamped, because float32 rounding may move it slightly outside [−1, 1].
 */
export function similarityAndDistance(a: Float32Array, b: Float32Array): { similarity: number; distance: number } {
  const similarity = Math.min(1, Math.max(-1, dot(a, b)));
  return { similarity, distance: 2 - 2 * similarity };
}

/** Softmax of exp(logitScale) · similarity, as Chinese-CLIP turns cosines into probabilities. */
export function zeroShotProbabilities(similarities: readonly number[], logitScale: number): number[] {
  const factor = Math.exp(logitScale);
  const highest = Math.max(...similarities);
  const powers = similarities.map((similarity) => Math.exp(factor * (similarity - highest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
