import type { CollectionCases } from './collection-cases';
import type { ImageCases } from './image-cases';
import type { LoadCases } from './load-cases';
import type { ModelCases } from './model-cases';
import type { SearchCases } from './search-cases';
import type { ServerCases } from './server-cases';
import type { UploadCases } from './upload-cases';

/** All operations that GraphQL, HTTP routes, the command line and the page may call. */
export interface UseCases {
  readonly searches: SearchCases;
  readonly images: ImageCases;
  readonly collections: CollectionCases;
  readonly loads: LoadCases;
  readonly uploads: UploadCases;
  readonly models: ModelCases;
  readonly server: ServerCases;
}
