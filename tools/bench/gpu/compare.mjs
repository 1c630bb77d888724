// How far the outputs of two devices are from each other.

/** Of a CUDA provider that computes the same. float32 differs by the order of sums, float16 also by rounding. */
export const LIMITS = { fp16: 0.9999, fp32: 0.99999 };

const cosine = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** The lowest cosine of rows at the same place, of unit vectors; NaN if a value is NaN or a row is missing. */
export const lowestCosine = (found, expected) =>
  found.length === expected.length ? Math.min(...found.map((row, i) => cosine(row, expected[i]))) : NaN;

/** The largest cosine of two different rows: near 1, equal outputs would say little. */
export function mostAlike(rows) {
  const pairs = rows.flatMap((row, i) => rows.slice(i + 1).map((other) => cosine(row, other)));
  return Math.max(...pairs);
}

export function compareOutputs(measured, reference, precision) {
  const images = lowestCosine(measured.images.features, reference.images.features);
  const texts = lowestCosine(measured.texts.features, reference.texts.features);
  const limit = LIMITS[precision];
  return { images, texts, limit, isEqual: images >= limit && texts >= limit };
}
