/**
 * Random unit vectors in roughly uniform directions; equal seeds give equal vectors. @returns a function that gives the
 * next vector
 */
export function unitVectors(dimension, seed = 1) {
  let state = seed;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return () => {
    // The sum of three is roughly normally distributed.
    const vector = Float32Array.from({ length: dimension }, () => random() + random() + random() - 1.5);
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / norm);
  };
}
