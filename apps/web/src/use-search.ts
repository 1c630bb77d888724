import { useQuery } from '@apollo/client/react';

import { findVariables, type SearchScope } from './find-variables';
import { FindDocument, type SearchQuery } from './generated/operations';

/**
 * The search of the page. If pictures have the words of a text that the model does not understand, only these are
 * searched for: the others would be random.
 */
export function useSearch(query: SearchQuery, scope: SearchScope) {
  const asked = findVariables(query, scope);
  const first = useQuery(FindDocument, { variables: asked });
  const { ranking, understanding } = first.data?.search ?? {};
  const isOnlyWords = ranking === 'FUSED' && understanding?.understood === false;
  const askedForWords = findVariables(query, { ...scope, match: 'words' });
  const words = useQuery(FindDocument, { variables: askedForWords, skip: !isOnlyWords });
  return isOnlyWords ? { ...words, variables: askedForWords } : { ...first, variables: asked };
}
