import type { AttributeCases } from './attribute-cases';
import type { AuditCases } from './audit-cases';
import type { CollectionCases } from './collection-cases';
import type { DuplicateCases } from './duplicate-cases';
import type { ImageCases } from './image-cases';
import type { KeyCases } from './key-cases';
import type { LoadCases } from './load-cases';
import type { ModelCases } from './model-cases';
import type { PutCases } from './put-cases';
import type { SearchCases } from './search-cases';
import type { ServerCases } from './server-cases';
import type { SourceCases } from './source-cases';
import type { UploadCases } from './upload-cases';

/** All operations that GraphQL, HTTP routes, the command line and the page may call. */
export interface UseCases {
  readonly searches: SearchCases;
  readonly images: ImageCases;
  readonly attributes: AttributeCases;
  readonly collections: CollectionCases;
  readonly duplicates: DuplicateCases;
  readonly loads: LoadCases;
  readonly sources: SourceCases;
  readonly uploads: UploadCases;
  readonly puts: PutCases;
  readonly models: ModelCases;
  readonly keys: KeyCases;
  readonly audit: AuditCases;
  readonly server: ServerCases;
}
