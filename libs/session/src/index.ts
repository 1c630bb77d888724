export { AuditCases } from './audit-cases';
export { KeyCases, type KeyFacts, type MadeKey, type WantedKey } from './key-cases';
export { ANONYMOUS_READER, COMMAND_LINE, EVERYBODY, NOBODY, ROLE_RIGHTS, type Principal, type Right } from './rights';
export { hashPassword, hashSecret, isPassword } from './secrets';
export { sessionFor, type Session, type SessionPorts } from './session';
export type { UseCases } from './use-cases';
export { AttributeCases, MAX_CHANGES, type AttributeOutcome, type AttributeResult } from './attribute-cases';
export { CollectionCases, type SpaceFacts } from './collection-cases';
export {
  DuplicateCases,
  MAX_NEW,
  type DuplicateFacts,
  type DuplicateImage,
  type DuplicateKind,
  type DuplicatePage,
  type DuplicateStatus,
  type FoundGroup,
} from './duplicate-cases';
export { localTimeText, type DatedPage, type DateOptions, type UnderstoodDate } from './dated-search';
export { Gate } from './gate';
export { ImageCases, type FoundImage, type WantedFacets, type WantedList } from './image-cases';
export { LoadCases } from './load-cases';
export { ModelCases, type ModelFacts, type ModelPorts } from './model-cases';
export { PutCases, type PutItem, type PutOutcome, type PutResult, type PutStatus } from './put-cases';
export { SearchCases, type FoundHits, type Query, type QueryPart, type SearchMatch } from './search-cases';
export { ServerCases, type ServerFacts } from './server-cases';
export { SourceCases, type Source, type SourceState } from './source-cases';
export { UploadCases, type UploadPort } from './upload-cases';
export { FACET_FIELDS, MAX_SEARCHED_COLLECTIONS, type Facet, type FacetField, type FacetValue } from '@wentu/search';
export type { FoundHit, SearchPage, SearchScope, TextProbability, Unanswered } from '@wentu/search';
export { NODE_TYPES, nodeId, parseNodeIds, type NodeReference, type NodeTypeName } from './node-id';
export type { Page, PageArguments } from './paging';
