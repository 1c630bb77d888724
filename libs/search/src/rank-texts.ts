import { InvalidInputError, sentence, type ImageEncoder, type ImagePreparer, type TextEncoder } from '@wentu/domain';
import { similarityAndDistance, zeroShotProbabilities } from './vectors';

/** Largest number of texts in one ranking. */
export const MAX_RANKED_TEXTS = 1_000;

export interface TextLimits {
  /** Longest text in characters (code points). */
  readonly maxTextLength: number;
  /** Largest number of texts in one ranking. */
  readonly maxTexts: number;
}

export interface TextProbability {
  readonly text: string;
  readonly probability: number;
  readonly similarity: number;
}

/**
 * Zero-shot: the probability of each text for the picture with this embedding, in order. Most models judge a text
 * relative to the others, so that the sum is 1; a model with a bias judges each text alone.
 * @throws InvalidInputError when the model has no scale for its cosines
 */
export async function rankTexts(
  texts: readonly string[],
  embedding: Float32Array,
  encoder: TextEncoder,
  signal?: AbortSignal,
): Promise<TextProbability[]> {
  const { name, logitScale, logitBias } = encoder.model;
  if (logitScale === null) {
    throw new InvalidInputError(
      `the files of the model ${name} do not say how its cosines become probabilities, so it can search, but it cannot rank texts; rank with another model`,
    );
  }
  const vectors = await encoder.encodeTexts(texts, signal);
  const similarities = vectors.map((vector) => similarityAndDistance(vector, embedding).similarity);
  const probabilities = zeroShotProbabilities(similarities, logitScale, logitBias);
  return texts.map((text, i) => ({
    text,
    probability: probabilities[i] as number,
    similarity: similarities[i] as number,
  }));
}

export interface PictureEncoders {
  readonly preparer: ImagePreparer;
  readonly images: ImageEncoder;
  readonly texts: TextEncoder;
}

/**
 * Like `rankTexts`, for the bytes of a picture.
 * @throws ItemError when the picture cannot be read, InvalidInputError when a text is not valid
 */
export async function rankTextsForPicture(
  texts: readonly string[],
  picture: Uint8Array,
  encoders: PictureEncoders,
  limits: TextLimits,
  signal?: AbortSignal,
): Promise<TextProbability[]> {
  checkTexts(texts, limits);
  const { pixels } = await encoders.preparer.prepare(picture, { preview: false });
  const [embedding] = await encoders.images.encodeImages([pixels], signal);
  return await rankTexts(texts, embedding as Float32Array, encoders.texts, signal);
}

/** @throws InvalidInputError */
export function checkTexts(texts: readonly string[], limits: TextLimits): void {
  if (texts.length < 1 || texts.length > limits.maxTexts)
    throw new InvalidInputError(`texts has ${texts.length} entries; give 1 to ${limits.maxTexts}`);
  for (const text of texts) checkText(text, limits);
}

/** @throws InvalidInputError */
export function checkText(text: string, { maxTextLength }: Pick<TextLimits, 'maxTextLength'>): void {
  if (text.trim() === '') throw new InvalidInputError(sentence('TEXT_EMPTY'));
  // Avoids splitting a very long text into code points: with more UTF-16 units than this, it is too long in any case.
  const length = text.length > 2 * maxTextLength ? text.length : Array.from(text).length;
  if (length > maxTextLength) {
    throw new InvalidInputError(sentence('TEXT_TOO_LONG', { length, maxLength: maxTextLength }));
  }
}
