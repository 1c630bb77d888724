import { filterInput, type FilterInput } from './page-filter';
import type { Match, SearchAddress, Sort } from './url-state';

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

const ORDERS = {
  taken: 'TAKEN_AT',
  loaded: 'LOADED_AT',
  size: 'SIZE',
  name: 'NAME',
} as const;

/** What the page shows at an address, as GraphQL text. @param collection the name of the default collection */
export function viewAsGraphql(address: SearchAddress, collection: string): string {
  const { query, like, everywhere, filter, sort } = address;
  const name = address.collection ?? collection;
  if (query === '' && like === null) return browseAsGraphql(name, filterInput(filter), sort);
  const asked = like === null ? { text: query } : { imageId: like };
  return searchAsGraphql(asked, everywhere ? null : name, filterInput(filter), address);
}

function browseAsGraphql(collection: string, filter: FilterInput | null, sort: Sort | null): string {
  const field = sort?.replace('-', '') as keyof typeof ORDERS | undefined;
  const order = field && `orderBy: { field: ${ORDERS[field]}, direction: ${sort?.startsWith('-') ? 'DESC' : 'ASC'} }`;
  const given = [...(filter ? [`filter: ${literal(filter)}`] : []), ...(order ? [order] : []), 'first: 24'];
  return `query {
  collection(name: ${quote(collection)}) {
    imagesConnection(${given.join(', ')}) {
      pageInfo { hasNextPage endCursor }
      edges { node { imageId url(width: 640) width height takenAt } }
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
