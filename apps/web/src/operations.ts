import { gql, type TypedDocumentNode } from '@apollo/client';

export interface Collection {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly dimension: number;
  readonly imageCount: number;
}

export interface SearchHit {
  /** Squared Euclidean distance of unit vectors, 0 to 4. */
  readonly distance: number;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
  readonly image: {
    readonly id: string;
    readonly imageId: string;
    readonly width: number;
    readonly height: number;
    readonly sizeBytes: number;
    readonly thumbnail: string;
    readonly thumbnail2x: string;
    readonly large: string;
    readonly original: string;
  };
}

export type LoadStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface LoadFailure {
  readonly item: string;
  readonly code: string;
  readonly message: string;
}

export interface LoadJob {
  readonly id: string;
  readonly collection: string;
  readonly directory: string;
  readonly status: LoadStatus;
  /** Null while the source is being counted. */
  readonly total: number | null;
  readonly processed: number;
  readonly loaded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly removed: number;
  readonly imagesPerSecond: number | null;
  readonly error: LoadFailure | null;
  readonly failures: readonly LoadFailure[];
}

export const COLLECTIONS: TypedDocumentNode<{ collections: readonly Collection[] }, Record<string, never>> = gql`
  query Collections {
    collections {
      id
      name
      model
      dimension
      imageCount
    }
  }
`;

/** Exactly one of them, as the schema has it. */
export type SearchQuery =
  | { readonly text: string }
  | { readonly imageId: string }
  /** Base64. */
  | { readonly picture: string };

export interface SearchConnection {
  /** At most 1,000. */
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly edges: readonly { readonly cursor: string; readonly node: SearchHit }[];
}

export const SEARCH: TypedDocumentNode<
  { search: SearchConnection },
  { query: SearchQuery; collection: string; first: number; after?: string | null }
> = gql`
  query Search($query: SearchQuery!, $collection: String!, $first: Int!, $after: String) {
    search(query: $query, collection: $collection, first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
        node {
          distance
          similarity
          image {
            id
            imageId
            width
            height
            sizeBytes
            thumbnail: url(width: 320)
            thumbnail2x: url(width: 640)
            large: url(width: 1280)
            original: url
          }
        }
      }
    }
  }
`;

const LOAD_JOB_FIELDS = gql`
  fragment LoadJobFields on LoadJob {
    id
    collection
    directory
    status
    total
    processed
    loaded
    skipped
    failed
    removed
    imagesPerSecond
    error {
      item
      code
      message
    }
    failures(first: 50) {
      item
      code
      message
    }
  }
`;

export const LOAD_JOB: TypedDocumentNode<{ loadJob: LoadJob | null }, { id: string }> = gql`
  query LoadJob($id: ID!) {
    loadJob(id: $id) {
      ...LoadJobFields
    }
  }
  ${LOAD_JOB_FIELDS}
`;

export const RECENT_LOADS: TypedDocumentNode<
  { loadJobs: readonly Pick<LoadJob, 'id' | 'status'>[] },
  Record<string, never>
> = gql`
  query RecentLoads {
    loadJobs(first: 5) {
      id
      status
    }
  }
`;

export const LOAD_COLLECTION: TypedDocumentNode<
  { loadCollection: LoadJob },
  { collection: string; directory: string }
> = gql`
  mutation LoadCollection($collection: String!, $directory: String!) {
    loadCollection(collection: $collection, directory: $directory) {
      ...LoadJobFields
    }
  }
  ${LOAD_JOB_FIELDS}
`;

export const CANCEL_LOAD: TypedDocumentNode<{ cancelLoad: LoadJob }, { id: string }> = gql`
  mutation CancelLoad($id: ID!) {
    cancelLoad(id: $id) {
      ...LoadJobFields
    }
  }
  ${LOAD_JOB_FIELDS}
`;
