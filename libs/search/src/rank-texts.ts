import { InvalidInputError, type ImageEncoder, type ImagePreparer, type TextEncoder } from '@wentu/domain';
import { similarityAndDistance, zeroShotProbabilities } from './vectors';

/** Texts of one ranking. */
export const MAX_RANKED_TEXTS = 1_000;

export interface TextLimits {
  /** In characters (code points). */
  readonly maxTextLength: number;
  /** Texts of one ranking. */
  readonly maxTexts: number;
}

export interface TextProbability {
  readonly text: string;
  readonly probability: number;
  readonly similarity: number;
}

/**
 * Zero-shot: how probable each text is for the picture with this embedding, in their order. Most models judge a text
 * against the others given, so that the sum is 1; a model with a bias judges each text alone.
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
 * The same for the bytes of a picture.
 * @throws ItemError for a picture that cannot be read, InvalidInputError for texts
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
  if (text.trim() === '') throw new InvalidInputError('the text is empty; say in words what the picture shows');
  // Counting code points of a text of any length: the UTF-16 length bounds it from above.
  const length = text.length > 2 * maxTextLength ? text.length : Array.from(text).length;
  if (length > maxTextLength) {
    throw new InvalidInputError(
      `the text has ${length} characters; at most ${maxTextLength} are allowed (WENTU_MAX_TEXT_LENGTH)`,
    );
  }
}
