import { graphql } from './generated';

// `npm run generate` finds these operations and generates their types from the server's schema.
export const COLLECTIONS = graphql(`
  query Collections {
    collections {
      id
      name
      imageCount
    }
  }
`);

export const SEARCH = graphql(`
  query SearchByText($collection: String!, $text: String!, $after: String) {
    search(collection: $collection, query: { text: $text }, first: 12, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          similarity
          image {
            id
            imageId
            url(width: 320)
          }
        }
      }
    }
  }
`);

export const LOAD = graphql(`
  mutation Load($collection: String!, $directory: String!) {
    loadCollection(collection: $collection, directory: $directory) {
      id
    }
  }
`);

export const PROGRESS = graphql(`
  subscription Progress($id: ID!) {
    loadProgress(id: $id) {
      id
      collection
      status
      processed
      total
      loaded
      failed
      finishedAt
      error {
        message
      }
      failures(first: 20) {
        item
        message
      }
    }
  }
`);
