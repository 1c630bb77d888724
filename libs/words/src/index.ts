export { openWordReader, type SharedDecoder, type WordReaderOptions } from './open-word-reader';
export { findWordModels, revisionOf, shippedWordModels, type WordModelFiles } from './word-models';
