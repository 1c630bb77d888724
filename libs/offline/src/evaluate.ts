import { resolve } from 'node:path';
import { readPredictions, readRelevant, writeWholeFile } from '@wentu/dataset';
import { InvalidInputError } from '@wentu/domain';
import { recallAt } from '@wentu/search';

export interface EvaluateOptions {
  readonly texts: string;
  readonly predictions: string;
  readonly output: string;
}

/** In percent. */
export interface Scores {
  readonly score: number;
  readonly mean_recall: number;
  readonly r1: number;
  readonly r5: number;
  readonly r10: number;
}

export interface Evaluation {
  readonly direction: 'text-to-image' | 'image-to-text';
  readonly queries: number;
  readonly scores: Scores;
}

const KS = [1, 5, 10];

/**
 * Computes the recall of predictions and writes it as cn_clip's `evaluation.py` and `evaluation_tr.py` do. When the
 * files cannot be evaluated, the result file contains the error, so that an earlier result is not mistaken for theirs.
 */
export async function writeEvaluation(options: EvaluateOptions): Promise<Evaluation> {
  const { texts, predictions, output } = options;
  if ([texts, predictions].some((path) => resolve(path) === resolve(output)))
    throw new InvalidInputError(`${output} is one of the files to be evaluated; write the result into another file`);
  try {
    const evaluation = await evaluate(options);
    const { scores } = evaluation;
    await writeWholeFile(options.output, [JSON.stringify({ success: true, score: scores.score, scoreJson: scores })]);
    return evaluation;
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const failure = { errorDetail: error.message, errorMsg: error.message, score: 0, scoreJson: {}, success: false };
      await writeWholeFile(options.output, [JSON.stringify(failure)]);
    }
    throw error;
  }
}

async function evaluate({ texts, predictions }: EvaluateOptions): Promise<Evaluation> {
  const { kind, lists } = await readPredictions(predictions, Math.max(...KS));
  const relevant = await readRelevant(texts, kind);
  const recalls = recallAt(KS, relevant, lists) as [number, number, number];
  // The same order of operations as the reference, so that the last digits are equal.
  const mean = ((recalls[0] + recalls[1] + recalls[2]) / 3) * 100;
  const [r1, r5, r10] = recalls.map((recall) => recall * 100) as [number, number, number];
  return {
    direction: kind === 'text' ? 'text-to-image' : 'image-to-text',
    queries: relevant.size,
    scores: { score: mean, mean_recall: mean, r1, r5, r10 },
  };
}
