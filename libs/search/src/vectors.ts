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

/**
 * What the model makes of cosines: with a bias the sigmoid of exp(logitScale) · similarity + bias for each text alone,
 * as SigLIP; otherwise the softmax of exp(logitScale) · similarity over all texts, as Chinese-CLIP.
 */
export function zeroShotProbabilities(similarities: readonly number[], logitScale: number, bias?: number): number[] {
  const factor = Math.exp(logitScale);
  if (bias !== undefined) return similarities.map((similarity) => 1 / (1 + Math.exp(-factor * similarity - bias)));
  const highest = Math.max(...similarities);
  const powers = similarities.map((similarity) => Math.exp(factor * (similarity - highest)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
