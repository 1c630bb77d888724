// Decides whether a measured value stays the same.

/**
 * The growth within an hour: the median of the slopes between all pairs of samples (Theil and Sen), which single high
 * samples do not change.
 * @param samples `[seconds, value]`
 */
export function growthPerHour(samples) {
  const slopes = samples.flatMap(([second, value], i) =>
    samples.slice(i + 1).map(([later, then]) => (then - value) / (later - second)),
  );
  return median(slopes) * 3_600;
}

/** The medians of the second quarter and of the last quarter. The first quarter is a warm-up. */
export function ends(samples) {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const values = samples.map(([, value]) => value);
  return { before: median(values.slice(quarter, 2 * quarter)), after: median(values.slice(-quarter)) };
}

/**
 * A value is flat if it is not higher at the end than after the warm-up, apart from `slack`.
 * @returns what the table shows
 */
export function judge(samples, slack) {
  const { before, after } = ends(samples);
  const warm = samples.slice(Math.floor(samples.length / 4));
  return { before, after, perHour: growthPerHour(warm), slack, isFlat: after - before <= slack };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
