/**
 * How far the cosine of a picture and a text must be above the mean of the text over a collection, so that the picture
 * counts as one that shows the text. It grows with the collection: among more pictures, the best wrong one is better.
 * Pairs of the number of pictures and this excess, both ascending.
 */
export type RelevanceScale = readonly (readonly [pictures: number, excess: number])[];

/** Cosines of a text with a set of pictures. */
export interface CaptionedSimilarities {
  /** Cosine with the picture that shows the text. */
  readonly own: number;
  /** Cosines with pictures that show something else. */
  readonly others: readonly number[];
}

/** Share of right pictures, among those that a search puts first, that may be below the line. */
const MISSED = 0.025;
/** Share of the similarities of wrong pictures from which their tail is extrapolated. */
const TAIL = 0.01;
const SIZES = [1, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

/**
 * Measures the scale from captioned pictures. For each size of a collection, each caption counts as much as it is
 * probable that no wrong picture among so many comes before the right one; the excess is the one that MISSED of the
 * right pictures do not reach. The tail of the wrong pictures is exponential, so that few pictures tell of many.
 */
export function measureRelevance(texts: readonly CaptionedSimilarities[]): RelevanceScale {
  const means = texts.map(({ own, others }) => (own + sum(others)) / (others.length + 1));
  const wrong = texts.flatMap(({ others }, i) => others.map((value) => value - (means[i] as number)));
  wrong.sort((a, b) => a - b);
  const cut = wrong[Math.floor(wrong.length * (1 - TAIL))] as number;
  const beyond = wrong.filter((value) => value > cut);
  const decay = Math.max(sum(beyond.map((value) => value - cut)) / Math.max(beyond.length, 1), Number.EPSILON);
  const shareAbove = (value: number): number =>
    value > cut ? TAIL * Math.exp((cut - value) / decay) : wrong.filter((other) => other > value).length / wrong.length;
  const right = texts
    .map(({ own }, i) => own - (means[i] as number))
    .sort((a, b) => a - b)
    .map((excess) => ({ excess, above: shareAbove(excess) }));
  const excesses = right.map(({ excess }) => excess);
  let least = -1;
  return SIZES.map((size): [number, number] => {
    const weights = right.map(({ above }) => Math.exp(-(size - 1) * above));
    least = Math.max(least, quantile(excesses, weights, MISSED));
    return [size, least];
  });
}

/** The excess for a number of pictures, between the measured sizes by their logarithms. */
export function excessFor(scale: RelevanceScale, pictures: number): number {
  const after = scale.findIndex(([size]) => size >= pictures);
  const [size, excess] = scale.at(after) as RelevanceScale[number];
  if (after <= 0) return excess;
  const [smaller, less] = scale[after - 1] as RelevanceScale[number];
  return less + ((excess - less) * Math.log(pictures / smaller)) / Math.log(size / smaller);
}

/** The weighted quantile of ascending values, interpolated between the middles of their weights. */
function quantile(values: readonly number[], weights: readonly number[], share: number): number {
  const wanted = share * sum(weights);
  let before = 0;
  let [last, lastAt] = [values[0] as number, 0];
  for (const [i, weight] of weights.entries()) {
    const at = before + weight / 2;
    const value = values[i] as number;
    if (at >= wanted) return at === lastAt ? value : last + ((value - last) * (wanted - lastAt)) / (at - lastAt);
    before += weight;
    [last, lastAt] = [value, at];
  }
  return last;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
