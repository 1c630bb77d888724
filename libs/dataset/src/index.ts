export { formatAnswer } from './answer-file';
export { readPredictions, readRelevant } from './evaluation-files';
export { checkSameDimension, readFeatureBlocks, type FeatureFile } from './feature-blocks';
export { FeatureWriter } from './feature-writer';
export type { DatasetLimits } from './folder-dataset';
export { createDatasetOpener } from './open-dataset';
export { openPictures } from './open-pictures';
export { readTexts } from './text-file';
export { writeWholeFile } from './whole-file';
