import type { NewSpace } from './collections';
import type { ExifFacts } from './facts';

/**
 * Properties of an encoder model that the rest of Wentu needs. Two models are interchangeable only when `space` is
 * equal.
 */
export interface ModelInfo {
  readonly name: string;
  /**
   * Identity of the embedding space. The dimension does not identify it: RN50 and ViT-H-14 both have 1024 dimensions.
   */
  readonly space: string;
  readonly dimension: number;
  /** Side of the square input picture, in pixels. */
  readonly imageSize: number;
  /** How a picture becomes that square. Undefined: {@link CLIP_RESIZE}. */
  readonly resize?: ImageResize;
  /** Longest text in word pieces, [CLS] and [SEP] included. */
  readonly contextLength: number;
  /**
   * Natural logarithm of the factor that multiplies the cosine in zero-shot ranking. Null: the files of the model do
   * not give it.
   */
  readonly logitScale: number | null;
  /** Added to the scaled cosine before a sigmoid, for a model that judges each text alone. Undefined: a softmax. */
  readonly logitBias?: number;
  /**
   * Identifies the steps from file bytes to the input tensor. It is part of the fingerprint that decides whether an
   * image is unchanged.
   */
  readonly preprocessing: string;
}

/** How a picture becomes the square input of a model. */
export interface ImageResize {
  /** `squash`: both sides become the side of the square. `crop`: the shorter side does, and the middle is kept. */
  readonly fit: 'squash' | 'crop';
  readonly filter: 'bicubic' | 'bilinear';
}

/** The resize of Chinese-CLIP. */
export const CLIP_RESIZE: ImageResize = { fit: 'squash', filter: 'bicubic' };

/**
 * The device for an encoder. `auto`: CUDA if it can open a session, otherwise the CPU. `cuda` is the first GPU,
 * `cuda:1` the second.
 */
export type Device = 'auto' | 'cpu' | 'cuda' | `cuda:${number}`;

/** The ONNX Runtime execution provider in use, and the reason for this choice. */
export interface ExecutionProvider {
  readonly name: 'cpu' | 'cuda';
  readonly reason: string;
}

/** Turns texts into L2-normalised vectors of the model's space. */
export interface TextEncoder {
  readonly model: ModelInfo;
  /**
   * Returns one vector of `model.dimension` float32 values per text, in order. Texts longer than the context are cut as
   * cn_clip cuts them.
   */
  encodeTexts(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** The parts of a text that a model reads. Words keep the spelling of the text, accents and capitals included. */
export interface TextUnderstanding {
  /** At least one word is known to the model. If not, the vector of the text has no meaning. */
  readonly understood: boolean;
  /**
   * Words that the model does not know, each once, in the order of the text. Punctuation is listed only if the text has
   * nothing else.
   */
  readonly unknownWords: readonly string[];
  /** The part of the text that fits the model's context: the whole text unless it is cut. */
  readonly usedText: string;
  /** The rest of the text, which does not affect the vector. Empty unless the text is cut. */
  readonly ignoredText: string;
}

/** Reports how the encoder of the same model reads texts. */
export interface TextExplainer {
  /** Returns one report per text, in order. It runs only the tokenizer. */
  explainTexts(texts: readonly string[]): Promise<TextUnderstanding[]>;
}

/** Encoders of texts, by the embedding space of their vectors. */
export interface TextEncoders {
  /** The encoder of the server's own model. New collections get its space. */
  readonly own: TextEncoder & TextExplainer;
  /** The encoder of the installed model that makes vectors of this space; null without such a model. */
  of(space: NewSpace): Promise<(TextEncoder & TextExplainer) | null>;
}

/** A decoded and resized picture: RGB bytes, row by row, `[imageSize, imageSize, 3]`. */
export type ImagePixels = Uint8Array;

/** Turns prepared pictures into L2-normalised vectors of the model's space. */
export interface ImageEncoder {
  readonly model: ModelInfo;
  /** Returns one vector of `model.dimension` float32 values per picture, in order. */
  encodeImages(images: readonly ImagePixels[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** Format and size of a picture, and the facts in its header. */
export interface ImageHeader {
  /** Determined from the bytes, not from the file name. */
  readonly mimeType: string;
  /** Size of the upright picture (after EXIF rotation), in pixels. */
  readonly width: number;
  readonly height: number;
  /** Present if the file has an EXIF block with usable facts. */
  readonly exif?: ExifFacts;
}

export interface PreparedImage extends ImageHeader {
  readonly pixels: ImagePixels;
  /**
   * A small JPEG of the upright picture, longest side at most 512 px. A picture that already is such a JPEG is returned
   * itself. Present if it was requested.
   */
  readonly preview?: Uint8Array;
}

/**
 * Decodes file bytes into the input pixels of the image tower. A file that crashes its decoder does not crash this
 * process.
 */
export interface ImagePreparer {
  /** @throws ItemError EMPTY_FILE, UNSUPPORTED_FORMAT, DECODE_FAILED, TOO_LARGE, CRASHED; the signal's reason */
  prepare(bytes: Uint8Array, options: { preview: boolean }, signal?: AbortSignal): Promise<PreparedImage>;
}

/** Checks pictures whose pixels are not needed. */
export interface ImageInspector {
  /** Decodes only as much as is needed to find a truncated file. @throws as `prepare` of ImagePreparer does */
  inspect(bytes: Uint8Array, signal?: AbortSignal): Promise<ImageHeader>;
  /**
   * Identifies the change in the decoding of such files since an earlier version; empty for most files. It is part of
   * the fingerprint that decides whether a picture is unchanged.
   */
  revisionOf(bytes: Uint8Array): string;
}
