import { skipToken, useQuery } from '@apollo/client/react';

import { filterInput, type PageFilter } from '../logic/src/page-filter';
import { FacetsDocument } from './generated/operations';

/** A value of a field, and how many pictures have it; null: not known. */
export interface FacetCount {
  readonly value: string;
  readonly count: number | null;
}

export interface Facets {
  readonly types: readonly FacetCount[];
  readonly cameras: readonly FacetCount[];
  readonly tags: readonly FacetCount[];
  /** The folders in the folder of the filter. */
  readonly folders: readonly FacetCount[];
}

/**
 * The values that a filter can have, counted under its other conditions: those of a field do not hide its other values.
 * @param collection null: several, which are not counted
 * @returns null until they are known
 */
export function useFacets(collection: string | null, filter: PageFilter): Facets | null {
  const { data, previousData } = useQuery(
    FacetsDocument,
    collection === null
      ? skipToken
      : {
          variables: {
            ...{ collection, folder: filter.folder ?? '', forFolders: filterInput(filter) },
            // All tags that are chosen have to match, so the other ones are counted among those pictures.
            forTags: filterInput(filter),
            forTypes: filterInput({ ...filter, types: [] }),
            forCameras: filterInput({ ...filter, cameras: [] }),
          },
          fetchPolicy: 'cache-and-network',
        },
  );
  const shown = collection === null ? undefined : (data ?? previousData);
  if (!shown) return null;
  const valuesOf = (facets: typeof shown.types): readonly FacetCount[] => facets[0]?.values ?? [];
  return {
    ...{ types: valuesOf(shown.types), cameras: valuesOf(shown.cameras) },
    ...{ tags: valuesOf(shown.tags), folders: valuesOf(shown.folders) },
  };
}
