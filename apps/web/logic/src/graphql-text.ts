export type SoughtText = { readonly text: string } | { readonly imageId: string };

/** A search as somebody would write it in GraphiQL. */
export function searchAsGraphql(sought: SoughtText, collection: string): string {
  const [kind, value] = 'text' in sought ? ['text', sought.text] : ['imageId', sought.imageId];
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

/** GraphQL's strings are JSON's but for U+2028 and the like, which it takes as well. */
const quote = (text: string): string => JSON.stringify(text);
