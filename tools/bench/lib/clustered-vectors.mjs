/**
 * Unit vectors as encoders make them: around many centres, and all of them on one side of the sphere. The same ones for
 * the same seed. @returns what gives the next
 */
export function clusteredVectors(dimension, { centres = 2_000, seed = 1 } = {}) {
  const shape = normals(7);
  const mean = Float32Array.from({ length: dimension }, () => 0.8 * shape());
  const middles = Float32Array.from({ length: centres * dimension }, () => 0.7 * shape());
  const normal = normals(seed);
  return () => {
    const first = Math.floor(normal.random() * centres) * dimension;
    const vector = new Float32Array(dimension);
    let squares = 0;
    for (let i = 0; i < dimension; i++) {
      const value = mean[i] + middles[first + i] + 0.6 * normal();
      vector[i] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < dimension; i++) vector[i] *= scale;
    return vector;
  };
}

/** Roughly normal numbers: four even ones (xorshift32). */
function normals(seed) {
  let state = (seed * 0x9e3779b9) | 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const next = () => (random() + random() + random() + random() - 2) * Math.sqrt(3);
  return Object.assign(next, { random });
}
