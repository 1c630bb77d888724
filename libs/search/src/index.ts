export { AutoSearcher } from './auto-searcher';
export { DEFAULT_COLLECTION, findDefaultCollection, SAMPLES_COLLECTION } from './default-collection';
export { extractImageFeatures, extractTextFeatures } from './extract-features';
export { isFinished } from './job-watch';
export { JobWatches } from './job-watches';
export type { ImageModel, ImageModels, UsedImageModel } from './image-models';
export { isUnavailable, untilBack } from './retry-while-unavailable';
export { DuplicateScans, type DuplicateScansOptions } from './duplicates/duplicate-scans';
export { FACET_FIELDS, type Facet, type FacetField, type FacetValue } from './facets/count-facets';
export { Facets, type FacetQuery } from './facets/facets';
export { LoadService } from './load-service';
export { LocalChunkExecutor } from './local-chunk-executor';
export type { LoadServiceOptions, RepairedCollection } from './load-service-options';
export { checkText, MAX_RANKED_TEXTS, rankTextsForPicture, type TextProbability } from './rank-texts';
export { recallAt } from './recall';
export { dot, similarityAndDistance } from './vectors';
export { CollectionCentres } from './collection-centres';
export { Relevance } from './relevance';
export { excessFor, measureRelevance, type RelevanceScale } from './relevance-scale';
export { MAX_QUERY_TERMS, type QueryPart, type QueryTerm, type SearchTarget } from './query-terms';
export {
  MAX_RESULTS,
  type FoundHit,
  type FoundWords,
  type PageOptions,
  type SearchMeasures,
  type SearchPage,
  type Unanswered,
} from './search-page';
export { Searcher } from './searcher';
export { MAX_SEARCHED_COLLECTIONS, type SearchScope } from './search-scope';
export { WordSearcher } from './word-searcher';
export { WordsPass, type WordsPassOptions } from './words-pass';
export { StoreHealth, WAITS_FOR, type StoreProblem } from './store-health';
export { FolderWatches } from './watch/folder-watches';
export { waitForLoad } from './wait-for-load';
