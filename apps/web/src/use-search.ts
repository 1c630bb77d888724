import { useQuery } from '@apollo/client/react';

import { findVariables, type SearchScope } from './find-variables';
import { FindDocument, type SearchQuery } from './generated/operations';

/**
 * The search of the page. If pictures have the words of a text that the model does not understand, only these are
 * searched for: the others would be random.
 */
export function useSearch(query: SearchQuery, scope: SearchScope) {
  const first = useQuery(FindDocument, { variables: findVariables(query, scope) });
  const { ranking, understanding } = first.data?.search ?? {};
  const isOnlyWords = ranking === 'FUSED' && understanding?.understood === false;
  const words = useQuery(FindDocument, {
    variables: findVariables(query, { ...scope, match: 'words' }),
    skip: !isOnlyWords,
  });
  return isOnlyWords ? words : first;
}
