export { extractImageFeatures, extractTextFeatures } from './extract-features';
export { isFinished, watchJob } from './job-watch';
export type { FeatureMaker, FeatureModel } from './feature-check';
export { untilBack } from './patience';
export { LoadService, type LoadServiceOptions } from './load-service';
export { rankTextsForPicture, type TextProbability } from './rank-texts';
export { recallAt } from './recall';
export { ResultPages, type ResultPage } from './result-pages';
export { Searcher, type SearchHit, type SearchLimits, type Sought } from './searcher';
