import type { NewSpace } from './collections';

/**
 * What the rest of Wentu needs to know of an encoder model. Two models are interchangeable only when `space` is equal.
 */
export interface ModelInfo {
  readonly name: string;
  /** Identity of the embedding space. Dimension is none: RN50 and ViT-H-14 are both 1024-d. */
  readonly space: string;
  readonly dimension: number;
  /** Side of the square input picture, in pixels. */
  readonly imageSize: number;
  /** How a picture becomes that square. Undefined: {@link CLIP_RESIZE}. */
  readonly resize?: ImageResize;
  /** Longest text in word pieces, [CLS] and [SEP] included. */
  readonly contextLength: number;
  /** ln of the factor on the cosine in zero-shot ranking. Null: the files of the model do not give it. */
  readonly logitScale: number | null;
  /** Added to the scaled cosine before a sigmoid, for a model that judges each text alone. Undefined: a softmax. */
  readonly logitBias?: number;
  /** Names the steps from file bytes to the input tensor; part of what makes an image "unchanged". */
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
 * Where an encoder is to run. `auto`: CUDA where it opens a session, else the CPU. `cuda:1` is the second GPU, `cuda`
 * the first.
 */
export type Device = 'auto' | 'cpu' | 'cuda' | `cuda:${number}`;

/** Which ONNX Runtime execution provider runs, and why it was chosen. */
export interface ExecutionProvider {
  readonly name: 'cpu' | 'cuda';
  readonly reason: string;
}

/** Turns texts into L2-normalised vectors of the model's space. */
export interface TextEncoder {
  readonly model: ModelInfo;
  /**
   * One vector of `model.dimension` float32 a text, in order. Texts longer than the context are cut as the reference
   * does.
   */
  encodeTexts(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** What a model reads in a text. Words are parts of the text as it is written, accents and capitals included. */
export interface TextUnderstanding {
  /** At least one word is known to the model. Without one, the vector of the text says nothing. */
  readonly understood: boolean;
  /**
   * Words that the model does not know, in the order of the text, each once. Punctuation only where the text is nothing
   * else.
   */
  readonly unknownWords: readonly string[];
  /** The part of the text that fits the model's context: the whole text unless it is cut. */
  readonly usedText: string;
  /** The rest, which changes nothing; empty unless the text is cut. */
  readonly ignoredText: string;
}

/** Says what the encoder of the same model reads in texts. */
export interface TextExplainer {
  /** One report a text, in order. Runs the tokenizer only. */
  explainTexts(texts: readonly string[]): Promise<TextUnderstanding[]>;
}

/** Encoders of texts, by the embedding space of their vectors. */
export interface TextEncoders {
  /** Of the server's own model, whose space new collections get. */
  readonly own: TextEncoder & TextExplainer;
  /** Of the installed model that makes vectors of the space; null when no installed model does. */
  of(space: NewSpace): Promise<(TextEncoder & TextExplainer) | null>;
}

/** A decoded and resized picture: RGB bytes, row by row, `[imageSize, imageSize, 3]`. */
export type ImagePixels = Uint8Array;

/** Turns prepared pictures into L2-normalised vectors of the model's space. */
export interface ImageEncoder {
  readonly model: ModelInfo;
  /** One vector of `model.dimension` float32 a picture, in order. */
  encodeImages(images: readonly ImagePixels[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** What a picture's file says of it. */
export interface ImageHeader {
  /** As found in the bytes, not as the file name says. */
  readonly mimeType: string;
  /** Of the upright picture (after EXIF rotation), in pixels. */
  readonly width: number;
  readonly height: number;
}

export interface PreparedImage extends ImageHeader {
  readonly pixels: ImagePixels;
  /**
   * A small JPEG of the upright picture, longest side at most 512 px; the picture itself where it is one. Only when
   * asked for.
   */
  readonly preview?: Uint8Array;
}

/**
 * Decodes file bytes into the pixels that the image tower takes. Whatever a file does to its decoder, this process goes
 * on.
 */
export interface ImagePreparer {
  /** @throws ItemError EMPTY_FILE, UNSUPPORTED_FORMAT, DECODE_FAILED, TOO_LARGE, CRASHED; the signal's reason */
  prepare(bytes: Uint8Array, options: { preview: boolean }, signal?: AbortSignal): Promise<PreparedImage>;
}

/** For pictures whose pixels are not needed. */
export interface ImageInspector {
  /** Decodes only what may be cut off. @throws as `prepare` of ImagePreparer does */
  inspect(bytes: Uint8Array, signal?: AbortSignal): Promise<ImageHeader>;
  /**
   * Names the change, if any, in how such a file becomes pixels: part of what makes a picture "unchanged". Empty for
   * most.
   */
  revisionOf(bytes: Uint8Array): string;
}
