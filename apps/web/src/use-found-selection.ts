import { useApolloClient } from '@apollo/client/react';

import type { FindQueryVariables } from './generated/operations';
import type { ShownPicture } from './types';
import { chosen, useSelection, type Selecting } from './use-selection';

/**
 * The selection among the hits of a search. All of them can be selected, also those that are not shown yet.
 * @param total the number of hits
 * @param hasMore whether there are further ones than those that are shown
 * @param key another text for another search
 */
export function useFoundSelection(
  shown: readonly ShownPicture[],
  total: number,
  hasMore: boolean,
  variables: FindQueryVariables,
  key: string,
): Selecting {
  const client = useApolloClient();
  const read = async (from: number, to: number) => {
    const known = shown.map(({ image, collection }) => chosen(image, collection));
    if (to < known.length || !hasMore) return known.slice(from, to + 1);
    const { ChooseFoundDocument } = await import('./generated/more-documents');
    // The cache has one list for a search, and that is the one that is shown.
    const { data } = await client.query({ query: ChooseFoundDocument, variables, fetchPolicy: 'no-cache' });
    const ids = new Set(known.map(({ id }) => id));
    const found = (data?.search.edges ?? []).map(({ node }) => chosen(node.image, node.collection));
    return [...known, ...found.filter(({ id }) => !ids.has(id))].slice(from, to + 1);
  };
  const at = (index: number) => shown[index] && chosen(shown[index].image, shown[index].collection);
  return useSelection({ total, at, read }, key);
}
