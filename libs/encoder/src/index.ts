export { batchTexts } from './batch-texts';
export { cacheTexts } from './cache-texts';
export { createImagePreparer } from './image-preparer';
export { startImageEncoderThread } from './image-encoder-thread';
export { importModel, isHalfImported } from './import-model';
export { loadModel, verifyModel } from './model';
export { REFERENCE_PREPROCESSING } from './preprocessing';
export { openTextEncoder } from './text-encoder';
export { cleanForEvaluation } from './tokenizer';
