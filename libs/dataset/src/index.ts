export { formatAnswer } from './answer-file';
export { checkDataset, type DatasetReport } from './check/check-dataset';
export { readPredictions, readRelevant } from './evaluation-files';
export { checkSameDimension, readFeatureBlocks, type FeatureFile } from './feature-blocks';
export { readPictureFile, type DatasetLimits } from './folder-dataset';
export { createDatasetOpener } from './open-dataset';
export { writeWholeFile } from './whole-file';
