import type { TextUnderstanding } from '@wentu/domain';
import {
  MAX_PAGE_HITS,
  type DuplicateHitView,
  type HitView,
  type SearchRequest,
  type SearchView,
  type TermView,
  type UnansweredView,
  type UnderstoodView,
} from './backend';
import { toFilterInput } from './filter-flags';
import { EXPLAIN, FIND, SEARCH } from './operations';

/** Sends an operation to the server. */
export type Graphql = <T>(query: string, variables?: Record<string, unknown>) => Promise<T>;

type Figures = 'score' | 'similarity' | 'distance' | 'isRelevant' | 'collection';
type RemoteHit = Pick<HitView, Figures> & {
  readonly image: Omit<HitView, Figures | 'duplicates' | 'lines'>;
  readonly matched: { readonly lines: readonly { readonly text: string }[] } | null;
  readonly duplicates?: readonly (Omit<DuplicateHitView, 'id' | 'imageId'> & {
    readonly image: Pick<HitView, 'id' | 'imageId'>;
  })[];
};

/** A search by a running server. */
export async function search(
  graphql: Graphql,
  { terms, collections, topK, collapse, filter, match, datesInWords }: SearchRequest,
): Promise<SearchView> {
  const [first] = terms;
  const text = first && 'text' in first && first.weight > 0 ? first.text : null;
  const isOne = collections !== 'all' && collections.length < 2;
  // The limit of this search is that of the setting; pages have a fixed one.
  const isPlain = isOne && terms.length === 1 && !collapse && !filter;
  if (isPlain && text !== null && match === 'MEANING' && topK > MAX_PAGE_HITS) {
    const { searchImages, explainText } = await graphql<{
      readonly searchImages: readonly RemoteHit[];
      readonly explainText: TextUnderstanding;
    }>(SEARCH, { text, collection: collections[0] ?? null, topK });
    const hits = searchImages.map(viewOf);
    return { hits, understanding: explainText, understood: null, ranking: 'SIMILARITY', unanswered: [] };
  }
  const { search: page } = await graphql<{
    readonly search: {
      readonly collections: readonly string[];
      readonly understood: UnderstoodView | null;
      readonly ranking: SearchView['ranking'];
      readonly unanswered: readonly UnansweredView[];
      readonly edges: readonly { readonly node: RemoteHit }[];
    };
  }>(FIND, {
    query: text !== null && terms.length === 1 ? { text } : { all: terms.map(inputOf) },
    ...(isOne
      ? { collection: collections[0] ?? null }
      : collections === 'all'
        ? { everywhere: true }
        : { collections }),
    ...{ first: topK, collapse, match, filter: filter && toFilterInput(filter) },
    ...{ datesInWords, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  });
  const [collection] = page.collections;
  const explained =
    text === null || collection === undefined || match === 'WORDS'
      ? null
      : await graphql<{ readonly explainText: TextUnderstanding }>(EXPLAIN, {
          text: page.understood?.text ?? text,
          collection,
        });
  return {
    hits: page.edges.map(({ node }) => viewOf(node)),
    understanding: explained && explained.explainText,
    understood: page.understood,
    ranking: page.ranking,
    unanswered: page.unanswered,
  };
}

function viewOf({ image, matched, duplicates = [], ...figures }: RemoteHit): HitView {
  const lines = matched && matched.lines.map(({ text }) => text);
  return {
    ...figures,
    ...image,
    lines,
    duplicates: duplicates.map(({ image: same, ...each }) => ({ ...each, ...same })),
  };
}

function inputOf(term: TermView): object {
  return 'picture' in term ? { ...term, picture: Buffer.from(term.picture).toString('base64') } : term;
}
