import type { FilterInput } from './page-filter';
import type { Match } from './url-state';

export type CopiedQuery = { readonly text: string } | { readonly imageId: string };

/** A search as GraphQL text, to paste into GraphiQL. @param collection null: all collections */
export function searchAsGraphql(
  query: CopiedQuery,
  collection: string | null,
  filter: FilterInput | null,
  { readsDates, isOnce, match }: { readonly readsDates: boolean; readonly isOnce: boolean; readonly match: Match },
): string {
  const scope = [
    collection === null ? 'everywhere: true' : `collection: ${quote(collection)}`,
    ...(filter ? [`filter: ${literal(filter)}`] : []),
    ...(readsDates ? [] : ['datesInWords: false']),
    ...(isOnce ? ['collapse: true'] : []),
    ...('text' in query && match !== 'meaning' ? [`match: ${match.toUpperCase()}`] : []),
  ];
  return `query {
  search(query: ${literal(query)}, ${scope.join(', ')}, first: 24) {
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

function literal(value: object): string {
  const fields = Object.entries(value).map(([name, each]: [string, unknown]) => `${name}: ${literalOf(name, each)}`);
  return `{ ${fields.join(', ')} }`;
}

function literalOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each: unknown) => literalOf(name, each)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return literal(value);
  // The values of `has` are those of an enum.
  return typeof value === 'string' && name !== 'has' ? quote(value) : String(value);
}

/** A JSON string is a valid GraphQL string, also with U+2028 and similar characters. */
const quote = (text: string): string => JSON.stringify(text);
