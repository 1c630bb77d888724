export { checkDataset, type DatasetReport } from './check/check-dataset';
export { readPictureFile, type DatasetLimits } from './folder-dataset';
export { createDatasetOpener } from './open-dataset';
