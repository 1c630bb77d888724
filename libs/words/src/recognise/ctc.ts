export interface RecognisedText {
  readonly text: string;
  /** The mean probability of its characters, 0 to 1; 0 for an empty text. */
  readonly confidence: number;
}

/**
 * Greedy CTC decoding: the likeliest class of each step, without repetitions and blanks.
 * @param probabilities `[steps, classes]`; class 0 is the blank
 * @param characters by class; the first is not used
 */
export function decodeCtc(probabilities: Float32Array, characters: readonly string[]): RecognisedText {
  const classes = characters.length;
  let [text, sum, count, last] = ['', 0, 0, 0];
  for (let from = 0; from < probabilities.length; from += classes) {
    let [best, most] = [0, probabilities[from] as number];
    for (let i = 1; i < classes; i++) {
      const probability = probabilities[from + i] as number;
      if (probability > most) [best, most] = [i, probability];
    }
    if (best !== last && best !== 0) {
      text += characters[best] as string;
      sum += most;
      count++;
    }
    last = best;
  }
  return { text, confidence: count > 0 ? sum / count : 0 };
}
