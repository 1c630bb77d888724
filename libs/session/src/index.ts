export { EVERYBODY, type Principal, type Right } from './rights';
export { sessionFor, type Session, type UseCases } from './session';
export { CollectionCases } from './collection-cases';
export { ImageCases, type FoundImage } from './image-cases';
export { LoadCases } from './load-cases';
export { SearchCases, type FoundHits, type Query } from './search-cases';
export { ServerCases, type ServerFacts } from './server-cases';
export { UploadCases, type UploadPort } from './upload-cases';
export type { ResultPage, SearchHit, TextProbability } from '@wentu/search';
