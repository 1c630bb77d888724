export type CopiedQuery = { readonly text: string } | { readonly imageId: string };

/** A search as GraphQL text, to paste into GraphiQL. */
export function searchAsGraphql(query: CopiedQuery, collection: string): string {
  const [kind, value] = 'text' in query ? ['text', query.text] : ['imageId', query.imageId];
  return `query {
  search(query: { ${kind}: ${quote(value)} }, collection: ${quote(collection)}, first: 24) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        similarity
        distance
        image { imageId url(width: 640) width height }
      }
    }
  }
}
`;
}

/** A JSON string is a valid GraphQL string, also with U+2028 and similar characters. */
const quote = (text: string): string => JSON.stringify(text);
