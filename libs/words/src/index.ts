export { openWordReader, type SharedDecoder, type WordReaderOptions } from './open-word-reader';
export { findWordModels, shippedWordModels, type WordModelFiles } from './word-models';
