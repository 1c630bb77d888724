import type { TextUnderstanding } from '@wentu/domain';
import type { DuplicateHitView, HitView, SearchRequest, SearchView, TermView, UnansweredView } from './backend';
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
  { terms, collections, topK, collapse, filter, match }: SearchRequest,
): Promise<SearchView> {
  const [first] = terms;
  const text = first && 'text' in first && first.weight > 0 ? first.text : null;
  const isOne = collections !== 'all' && collections.length < 2;
  // The limit of this search is that of the setting; pages have a fixed one.
  if (isOne && terms.length === 1 && text !== null && !collapse && !filter && match === 'MEANING') {
    const { searchImages, explainText } = await graphql<{
      readonly searchImages: readonly RemoteHit[];
      readonly explainText: TextUnderstanding;
    }>(SEARCH, { text, collection: collections[0] ?? null, topK });
    return { hits: searchImages.map(viewOf), understanding: explainText, ranking: 'SIMILARITY', unanswered: [] };
  }
  const { search: page } = await graphql<{
    readonly search: {
      readonly collections: readonly string[];
      readonly ranking: SearchView['ranking'];
      readonly unanswered: readonly UnansweredView[];
      readonly edges: readonly { readonly node: RemoteHit }[];
    };
  }>(FIND, {
    query: match === 'WORDS' && text !== null ? { text } : { all: terms.map(inputOf) },
    ...(isOne
      ? { collection: collections[0] ?? null }
      : collections === 'all'
        ? { everywhere: true }
        : { collections }),
    ...{ first: topK, collapse, match, filter: filter && toFilterInput(filter) },
  });
  const [collection] = page.collections;
  const explained =
    text === null || collection === undefined || match === 'WORDS'
      ? null
      : await graphql<{ readonly explainText: TextUnderstanding }>(EXPLAIN, { text, collection });
  return {
    hits: page.edges.map(({ node }) => viewOf(node)),
    understanding: explained && explained.explainText,
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
