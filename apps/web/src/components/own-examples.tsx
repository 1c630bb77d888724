import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { findExamples, keepExamples, keptFor, parseKept } from '../../logic/src/example-texts';
import { NO_FILTER } from '../../logic/src/page-filter';
import { FitsDocument, TagsDocument } from '../generated/operations';
import { readStored, store } from '../stored';
import type { Collection } from '../types';
import { navigate } from '../use-address';
import { Chip } from './chip';
import { TagIcon } from './icons';

const KEY = 'wentu.examples';

/** Examples for a collection of the user: its tags, and texts that its pictures show. */
export default function OwnExamples({ collection }: { readonly collection: Collection }) {
  const { data } = useQuery(TagsDocument, {
    variables: { collection: collection.name },
    fetchPolicy: 'cache-and-network',
  });
  const tags = data?.facets[0]?.values ?? [];
  return (
    <>
      {tags.map(({ value }) => (
        <button
          key={value}
          type="button"
          className="chip"
          onClick={() => {
            navigate({ filter: { ...NO_FILTER, tags: [value] } });
          }}
        >
          <TagIcon />
          {value}
        </button>
      ))}
      {useFittingTexts(collection).map((text) => (
        <Chip key={text} query={text} />
      ))}
    </>
  );
}

/** Texts that pictures of the collection show. They are searched for once, and kept in this browser. */
function useFittingTexts({ id, name, model, imageCount }: Collection): readonly string[] {
  const client = useApolloClient();
  const [texts, setTexts] = useState<readonly string[]>([]);
  useEffect(() => {
    const searched = { id, model, imageCount };
    const kept = keptFor(parseKept(readStored(KEY)), searched);
    setTexts(kept ?? []);
    if (kept) return undefined;
    let isLeft = false;
    const fits = async (text: string): Promise<boolean | null> => {
      const variables = { text, collection: name };
      const { data } = await client.query({ query: FitsDocument, variables, fetchPolicy: 'no-cache' });
      return data?.search.edges[0]?.node.isRelevant ?? null;
    };
    findExamples(fits, (found) => {
      if (!isLeft) setTexts(found);
      return !isLeft;
    }).then(
      (found) => {
        if (found) store(KEY, JSON.stringify(keepExamples(parseKept(readStored(KEY)), { ...searched, texts: found })));
      },
      // Without the server there are no examples; the page says so elsewhere.
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, [client, id, name, model, imageCount]);
  return texts;
}
