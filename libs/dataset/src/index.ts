export { createDatasetOpener, type DatasetLimits } from './open-dataset';
