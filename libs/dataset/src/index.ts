export { readPictureFile, type DatasetLimits } from './folder-dataset';
export { createDatasetOpener } from './open-dataset';
