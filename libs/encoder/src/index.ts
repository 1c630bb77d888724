export { batchTexts } from './batch-texts';
export { cacheTexts } from './cache-texts';
export { createImagePreparer, type ImagePreparerOptions } from './image-preparer';
export { startImageEncoderThread, type ImageEncoderThreadOptions } from './image-encoder-thread';
export { loadModel, verifyModel, type Model, type ModelManifest } from './model';
export { openImageEncoder, type OpenImageEncoder } from './image-encoder';
export { openTextEncoder, type OpenTextEncoder } from './text-encoder';
export { cleanForEvaluation } from './tokenizer';
