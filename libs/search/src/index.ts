export { extractImageFeatures, extractTextFeatures } from './extract-features';
export { isFinished, watchJob } from './job-watch';
export { LoadService, type LoadServiceOptions } from './load-service';
export { Searcher, type SearchHit, type SearchLimits, type TextProbability } from './searcher';
export { recallAt } from './recall';
