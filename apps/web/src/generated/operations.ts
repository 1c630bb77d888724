// Made by codegen.mjs from operations.graphql and the API's schema.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type LoadStatus = 'CANCELLED' | 'FAILED' | 'QUEUED' | 'RUNNING' | 'SUCCEEDED';

/** What is looked for: exactly one of these. */
export type SearchQuery =
  | {
      /** An image of the collection, by its own id: those like it are found, without itself. */
      readonly imageId: string;
      readonly picture?: never;
      readonly text?: never;
    }
  | {
      readonly imageId?: never; /** A picture file, in base64. A request has at most WENTU_MAX_BODY_BYTES; 512 pixels are enough. */
      readonly picture: string;
      readonly text?: never;
    }
  | { readonly imageId?: never; readonly picture?: never; /** In Chinese. */ readonly text: string };

export type CollectionsQueryVariables = Exact<{ [key: string]: never }>;

export type CollectionsQuery = {
  readonly collections: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly model: string;
    readonly dimension: number;
    readonly imageCount: number;
  }>;
};

export type CollectionsWithSamplesQueryVariables = Exact<{ [key: string]: never }>;

export type CollectionsWithSamplesQuery = {
  readonly collections: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly model: string;
    readonly dimension: number;
    readonly imageCount: number;
    readonly sizeBytes: number;
    readonly createdAt: string;
    readonly images: ReadonlyArray<{
      readonly id: string;
      readonly imageId: string;
      readonly mimeType: string;
      readonly width: number;
      readonly height: number;
      readonly at160: string;
      readonly thumbnail: string;
      readonly at480: string;
      readonly thumbnail2x: string;
      readonly at960: string;
      readonly large: string;
      readonly larger: string;
    }>;
  }>;
};

export type ServerQueryVariables = Exact<{ [key: string]: never }>;

export type ServerQuery = {
  readonly serverInfo: {
    readonly version: string;
    readonly model: string;
    readonly similarityFloor: number | null;
    readonly maxTextLength: number;
  };
};

export type FindQueryVariables = Exact<{
  query: SearchQuery;
  collection: string;
  first: number;
  after?: string | null | undefined;
}>;

export type FindQuery = {
  readonly search: {
    readonly totalCount: number;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly edges: ReadonlyArray<{
      readonly cursor: string;
      readonly node: {
        readonly distance: number;
        readonly similarity: number;
        readonly image: {
          readonly id: string;
          readonly imageId: string;
          readonly sizeBytes: number;
          readonly mimeType: string;
          readonly width: number;
          readonly height: number;
          readonly original: string;
          readonly at160: string;
          readonly thumbnail: string;
          readonly at480: string;
          readonly thumbnail2x: string;
          readonly at960: string;
          readonly large: string;
          readonly larger: string;
        };
      };
    }>;
  };
};

export type SizesFragment = {
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly at160: string;
  readonly thumbnail: string;
  readonly at480: string;
  readonly thumbnail2x: string;
  readonly at960: string;
  readonly large: string;
  readonly larger: string;
};

export type HitFragment = {
  readonly distance: number;
  readonly similarity: number;
  readonly image: {
    readonly id: string;
    readonly imageId: string;
    readonly sizeBytes: number;
    readonly mimeType: string;
    readonly width: number;
    readonly height: number;
    readonly original: string;
    readonly at160: string;
    readonly thumbnail: string;
    readonly at480: string;
    readonly thumbnail2x: string;
    readonly at960: string;
    readonly large: string;
    readonly larger: string;
  };
};

export type LoadFragment = {
  readonly id: string;
  readonly collection: string;
  readonly directory: string;
  readonly isUpload: boolean;
  readonly status: LoadStatus;
  readonly total: number | null;
  readonly processed: number;
  readonly loaded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly removed: number;
  readonly imagesPerSecond: number | null;
  readonly error: { readonly item: string; readonly code: string; readonly message: string } | null;
  readonly failures: ReadonlyArray<{ readonly item: string; readonly code: string; readonly message: string }>;
};

export type RecentLoadsQueryVariables = Exact<{ [key: string]: never }>;

export type RecentLoadsQuery = {
  readonly loadJobs: ReadonlyArray<{ readonly id: string; readonly status: LoadStatus }>;
};

export type LoadStateQueryVariables = Exact<{
  id: string;
}>;

export type LoadStateQuery = {
  readonly loadJob: {
    readonly id: string;
    readonly collection: string;
    readonly directory: string;
    readonly isUpload: boolean;
    readonly status: LoadStatus;
    readonly total: number | null;
    readonly processed: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly failed: number;
    readonly removed: number;
    readonly imagesPerSecond: number | null;
    readonly error: { readonly item: string; readonly code: string; readonly message: string } | null;
    readonly failures: ReadonlyArray<{ readonly item: string; readonly code: string; readonly message: string }>;
  } | null;
};

export type LoadProgressSubscriptionVariables = Exact<{
  id: string;
}>;

export type LoadProgressSubscription = {
  readonly loadProgress: {
    readonly id: string;
    readonly collection: string;
    readonly directory: string;
    readonly isUpload: boolean;
    readonly status: LoadStatus;
    readonly total: number | null;
    readonly processed: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly failed: number;
    readonly removed: number;
    readonly imagesPerSecond: number | null;
    readonly error: { readonly item: string; readonly code: string; readonly message: string } | null;
    readonly failures: ReadonlyArray<{ readonly item: string; readonly code: string; readonly message: string }>;
  };
};

export type FoldersQueryVariables = Exact<{
  path?: string | null | undefined;
}>;

export type FoldersQuery = {
  readonly folders: {
    readonly path: string | null;
    readonly parent: string | null;
    readonly pictureCount: number;
    readonly truncated: boolean;
    readonly folders: ReadonlyArray<{ readonly name: string; readonly path: string }>;
  };
};

export type PictureCountQueryVariables = Exact<{
  path: string;
}>;

export type PictureCountQuery = {
  readonly folders: {
    readonly path: string | null;
    readonly picturesInAll: { readonly count: number; readonly isComplete: boolean };
  };
};

export type OriginalQueryVariables = Exact<{
  collection: string;
  imageId: string;
}>;

export type OriginalQuery = {
  readonly image: { readonly id: string; readonly originalAvailable: boolean | null } | null;
};

export type LoadFolderMutationVariables = Exact<{
  collection: string;
  directory: string;
}>;

export type LoadFolderMutation = {
  readonly loadCollection: {
    readonly id: string;
    readonly collection: string;
    readonly directory: string;
    readonly isUpload: boolean;
    readonly status: LoadStatus;
    readonly total: number | null;
    readonly processed: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly failed: number;
    readonly removed: number;
    readonly imagesPerSecond: number | null;
    readonly error: { readonly item: string; readonly code: string; readonly message: string } | null;
    readonly failures: ReadonlyArray<{ readonly item: string; readonly code: string; readonly message: string }>;
  };
};

export type CancelLoadMutationVariables = Exact<{
  id: string;
}>;

export type CancelLoadMutation = {
  readonly cancelLoad: {
    readonly id: string;
    readonly collection: string;
    readonly directory: string;
    readonly isUpload: boolean;
    readonly status: LoadStatus;
    readonly total: number | null;
    readonly processed: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly failed: number;
    readonly removed: number;
    readonly imagesPerSecond: number | null;
    readonly error: { readonly item: string; readonly code: string; readonly message: string } | null;
    readonly failures: ReadonlyArray<{ readonly item: string; readonly code: string; readonly message: string }>;
  };
};

export type CreateUploadMutationVariables = Exact<{
  collection: string;
}>;

export type CreateUploadMutation = { readonly createUpload: { readonly id: string; readonly url: string } };

export type LoadUploadMutationVariables = Exact<{
  id: string;
  collection: string;
}>;

export type LoadUploadMutation = {
  readonly loadUpload: {
    readonly id: string;
    readonly collection: string;
    readonly directory: string;
    readonly isUpload: boolean;
    readonly status: LoadStatus;
    readonly total: number | null;
    readonly processed: number;
    readonly loaded: number;
    readonly skipped: number;
    readonly failed: number;
    readonly removed: number;
    readonly imagesPerSecond: number | null;
    readonly error: { readonly item: string; readonly code: string; readonly message: string } | null;
    readonly failures: ReadonlyArray<{ readonly item: string; readonly code: string; readonly message: string }>;
  };
};

export type DiscardUploadMutationVariables = Exact<{
  id: string;
}>;

export type DiscardUploadMutation = { readonly discardUpload: boolean };

export type CreateCollectionMutationVariables = Exact<{
  name: string;
}>;

export type CreateCollectionMutation = { readonly createCollection: { readonly id: string } };

export type RenameCollectionMutationVariables = Exact<{
  name: string;
  newName: string;
}>;

export type RenameCollectionMutation = { readonly renameCollection: { readonly id: string; readonly name: string } };

export type DropCollectionMutationVariables = Exact<{
  name: string;
}>;

export type DropCollectionMutation = { readonly dropCollection: boolean };

export const SizesFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Sizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at960' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'large' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '1280' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'larger' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '2048' } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<SizesFragment, unknown>;
export const HitFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Hit' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SearchHit' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'distance' } },
          { kind: 'Field', name: { kind: 'Name', value: 'similarity' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'image' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'imageId' } },
                { kind: 'Field', name: { kind: 'Name', value: 'sizeBytes' } },
                { kind: 'FragmentSpread', name: { kind: 'Name', value: 'Sizes' } },
                { kind: 'Field', alias: { kind: 'Name', value: 'original' }, name: { kind: 'Name', value: 'url' } },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Sizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at960' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'large' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '1280' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'larger' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '2048' } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<HitFragment, unknown>;
export const LoadFragmentDoc = {
  kind: 'Document',
  definitions: [
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadFragment, unknown>;
export const CollectionsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Collections' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collections' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'model' } },
                { kind: 'Field', name: { kind: 'Name', value: 'dimension' } },
                { kind: 'Field', name: { kind: 'Name', value: 'imageCount' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CollectionsQuery, CollectionsQueryVariables>;
export const CollectionsWithSamplesDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'CollectionsWithSamples' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collections' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'model' } },
                { kind: 'Field', name: { kind: 'Name', value: 'dimension' } },
                { kind: 'Field', name: { kind: 'Name', value: 'imageCount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'sizeBytes' } },
                { kind: 'Field', name: { kind: 'Name', value: 'createdAt' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'images' },
                  arguments: [
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'IntValue', value: '4' },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'imageId' } },
                      { kind: 'FragmentSpread', name: { kind: 'Name', value: 'Sizes' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Sizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at960' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'large' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '1280' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'larger' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '2048' } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CollectionsWithSamplesQuery, CollectionsWithSamplesQueryVariables>;
export const ServerDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Server' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'serverInfo' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'version' } },
                { kind: 'Field', name: { kind: 'Name', value: 'model' } },
                { kind: 'Field', name: { kind: 'Name', value: 'similarityFloor' } },
                { kind: 'Field', name: { kind: 'Name', value: 'maxTextLength' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ServerQuery, ServerQueryVariables>;
export const FindDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Find' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'query' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'SearchQuery' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'after' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'search' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'query' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'query' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'first' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'after' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'after' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'pageInfo' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'hasNextPage' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'endCursor' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'edges' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'cursor' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'node' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Hit' } }],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Sizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at960' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'large' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '1280' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'larger' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '2048' } },
            ],
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Hit' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SearchHit' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'distance' } },
          { kind: 'Field', name: { kind: 'Name', value: 'similarity' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'image' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'imageId' } },
                { kind: 'Field', name: { kind: 'Name', value: 'sizeBytes' } },
                { kind: 'FragmentSpread', name: { kind: 'Name', value: 'Sizes' } },
                { kind: 'Field', alias: { kind: 'Name', value: 'original' }, name: { kind: 'Name', value: 'url' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<FindQuery, FindQueryVariables>;
export const RecentLoadsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'RecentLoads' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadJobs' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '5' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'status' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RecentLoadsQuery, RecentLoadsQueryVariables>;
export const LoadStateDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'LoadState' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadJob' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadStateQuery, LoadStateQueryVariables>;
export const LoadProgressDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'subscription',
      name: { kind: 'Name', value: 'LoadProgress' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadProgress' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadProgressSubscription, LoadProgressSubscriptionVariables>;
export const FoldersDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Folders' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'path' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'folders' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'path' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'path' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'path' } },
                { kind: 'Field', name: { kind: 'Name', value: 'parent' } },
                { kind: 'Field', name: { kind: 'Name', value: 'pictureCount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'truncated' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'folders' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'path' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<FoldersQuery, FoldersQueryVariables>;
export const PictureCountDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'PictureCount' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'path' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'folders' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'path' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'path' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'path' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'picturesInAll' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'count' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'isComplete' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<PictureCountQuery, PictureCountQueryVariables>;
export const OriginalDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Original' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'imageId' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'image' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'imageId' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'imageId' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'originalAvailable' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<OriginalQuery, OriginalQueryVariables>;
export const LoadFolderDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'LoadFolder' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'directory' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadCollection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'directory' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'directory' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadFolderMutation, LoadFolderMutationVariables>;
export const CancelLoadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'CancelLoad' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'cancelLoad' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CancelLoadMutation, CancelLoadMutationVariables>;
export const CreateUploadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'CreateUpload' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'createUpload' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'url' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CreateUploadMutation, CreateUploadMutationVariables>;
export const LoadUploadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'LoadUpload' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadUpload' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadUploadMutation, LoadUploadMutationVariables>;
export const DiscardUploadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'DiscardUpload' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'discardUpload' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<DiscardUploadMutation, DiscardUploadMutationVariables>;
export const CreateCollectionDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'CreateCollection' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'createCollection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'name' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'Field', name: { kind: 'Name', value: 'id' } }],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CreateCollectionMutation, CreateCollectionMutationVariables>;
export const RenameCollectionDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'RenameCollection' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'newName' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'renameCollection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'name' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'newName' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'newName' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RenameCollectionMutation, RenameCollectionMutationVariables>;
export const DropCollectionDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'DropCollection' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'dropCollection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'name' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'name' } },
              },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<DropCollectionMutation, DropCollectionMutationVariables>;
