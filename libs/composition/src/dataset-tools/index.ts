export { parseConfig } from '../config';
export { writeEvaluation, type Evaluation } from './evaluate';
export { writeNeighbours, type KnnOptions, type KnnProgress } from './knn';
