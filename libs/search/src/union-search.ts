import { InvalidInputError, noCollection, WentuError, type Collection, type CollectionReader } from '@wentu/domain';
import { collapse, type CollapsedHit, type ListedHit } from './collapse';
import type { EncodedQuery, QueryEncoder } from './query-encoder';
import { keyOf, type QueryTerm, type SearchTarget } from './query-terms';
import { answerPage } from './search-answer';
import { BEFORE_FIRST, isAfter, SpaceDropped, type RankedHits, type RankedSearch } from './ranked-search';
import { anotherSearch, searchDigest } from './search-cursor';
import type { RelevanceLine } from './relevance';
import {
  judged,
  MAX_RESULTS,
  type CheckedOptions,
  type FoundHit,
  type SearchMeasures,
  type SearchPage,
  type Unanswered,
} from './search-page';
import { collectionsIn, scopeKey, type SearchScope } from './search-scope';
import { noSpaceOf, whileSpacesChange } from './space-changes';
import { readUnionCursor, writeUnionCursor, type ListPosition, type UnionPosition } from './union-cursor';

/** Number of collections that are searched at the same time. */
const CONCURRENT = 4;
/** The constant of reciprocal rank fusion, of Cormack, Clarke and Büttcher 2009. */
const RANK_CONSTANT = 60;

/** A collection in a search, with the space of the first page as its active space. */
interface Member {
  readonly collection: Collection;
  /** Its place in the cursor; null for the first page. */
  readonly from: { readonly list: number; readonly newestId: number } | null;
}

interface Answer {
  readonly collection: Collection;
  /** Number of its list: each embedding space has one. */
  readonly list: number;
  readonly encoded: EncodedQuery;
  readonly newestId: number;
  readonly hits: RankedHits['hits'];
  /** Number of hits in all pages, on the first page. */
  readonly total: number;
}

interface Question {
  readonly options: CheckedOptions;
  /** Null for the first page. */
  readonly position: UnionPosition | null;
  readonly encode: (collection: Collection) => Promise<EncodedQuery>;
  readonly signal: AbortSignal | undefined;
}

/** A hit with its place in its list, from 1. */
interface PlacedHit extends ListedHit {
  readonly place: number;
  readonly collection: Collection;
}

/**
 * Searches several collections. Those of one embedding space make one list, ordered by the scores of their hits, as if
 * they were one collection. Scores of different spaces cannot be compared, so lists are merged by reciprocal ranks.
 */
export class UnionSearch {
  constructor(
    private readonly collections: Pick<CollectionReader, 'list' | 'find' | 'findById' | 'listSpaces'>,
    private readonly ranked: RankedSearch,
    private readonly queries: QueryEncoder,
    private readonly measures: SearchMeasures,
  ) {}

  /**
   * One page of at most MAX_RESULTS hits. Collections that cannot answer are listed with the reason. If none answers,
   * the reason of the first one is thrown.
   */
  async page(
    target: SearchTarget,
    scope: SearchScope,
    terms: readonly QueryTerm[],
    options: CheckedOptions,
    signal: AbortSignal | undefined,
  ): Promise<SearchPage> {
    if (terms.some((term) => 'imageId' in term))
      throw new InvalidInputError(
        'an imageId is that of an image in one collection; to search several collections, give image, such as Image:123',
      );
    const { after, filter } = options;
    const digest = searchDigest([
      ...['union', scopeKey(scope), keyOf(target), options.avoid ?? null, options.minSimilarity, filter],
      ...(options.collapse ? ['collapse'] : []),
    ]);
    const from = after === undefined ? null : readUnionCursor(after);
    if (from && !from.digest.equals(digest)) throw anotherSearch();
    const { members, unanswered } = from ? await this.resume(from, scope) : await this.begin(scope);
    const question = { options, position: from, signal, encode: this.encoderOnce(terms, signal) };
    const answers = await this.ask(members, question, unanswered);
    const [failed] = unanswered;
    if (failed && answers.length === 0) throw failed.error;
    const lists = from?.lists ?? positionsOf(answers);
    const before = from?.shown ?? 0;
    const merged = options.collapse
      ? await this.collapsed(answers, lists, signal)
      : merge(answers, lists).map((hit) => ({ ...hit, duplicates: [] as PlacedHit[] }));
    const shown = merged.slice(0, Math.min(options.first, MAX_RESULTS - before));
    const total =
      from?.total ??
      (options.collapse
        ? merged.length
        : Math.min(
            MAX_RESULTS,
            answers.reduce((sum, each) => sum + each.total, 0),
          ));
    return {
      collections: answers.map(({ collection }) => collection.name).sort(),
      ranking: lists.length > 1 ? 'RANKS' : 'SIMILARITY',
      unanswered,
      hits: await this.shownHits(shown, answers, { lists, shown: before, total }, digest),
      total,
      hasPreviousPage: before > 0,
      hasNextPage: merged.length > shown.length && before + shown.length < MAX_RESULTS,
    };
  }

  private async begin(scope: SearchScope): Promise<{ members: Member[]; unanswered: Unanswered[] }> {
    const found = await collectionsIn(this.collections, scope);
    return { members: found.map((collection) => ({ collection, from: null })), unanswered: [] };
  }

  /** The collections of the first page in its spaces. Collections that were dropped since have no hits. */
  private async resume(
    { lists }: UnionPosition,
    scope: SearchScope,
  ): Promise<{ members: Member[]; unanswered: Unanswered[] }> {
    const members: Member[] = [];
    const unanswered: Unanswered[] = [];
    for (const [list, { collections }] of lists.entries())
      for (const { collectionId, spaceId, newestId } of collections) {
        if ('names' in scope && scope.among?.has(collectionId) === false) throw anotherSearch();
        const found = await this.collections.findById(collectionId);
        if (!found) continue;
        const spaces = found.activeSpace.id === spaceId ? [] : await this.collections.listSpaces(collectionId);
        const activeSpace = [found.activeSpace, ...spaces].find(({ id }) => id === spaceId);
        if (activeSpace) members.push({ collection: { ...found, activeSpace }, from: { list, newestId } });
        else unanswered.push({ collection: found.name, error: noSpaceOf(found) });
      }
    return { members, unanswered };
  }

  /** Encodes the query once for each space. */
  private encoderOnce(
    terms: readonly QueryTerm[],
    signal: AbortSignal | undefined,
  ): (collection: Collection) => Promise<EncodedQuery> {
    const encoded = new Map<string, Promise<EncodedQuery>>();
    return async (collection) => {
      // Its error names the collection.
      await this.queries.checkModel(terms, collection);
      const key = spaceOf(collection);
      const known = encoded.get(key) ?? this.queries.encode(terms, collection, signal);
      encoded.set(key, known);
      return await known;
    };
  }

  private async ask(members: readonly Member[], question: Question, unanswered: Unanswered[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let at = 0; at < members.length; at += CONCURRENT) {
      const asked = members.slice(at, at + CONCURRENT);
      const settled = await Promise.allSettled(asked.map((member) => this.answer(member, question)));
      for (const [i, result] of settled.entries())
        if (result.status === 'fulfilled') answers.push(result.value);
        else unanswered.push({ collection: (asked[i] as Member).collection.name, error: reasonOf(result.reason) });
    }
    if (question.position) return answers;
    const spaces = [...new Set(answers.map(({ collection }) => spaceOf(collection)))];
    return answers.map((each) => ({ ...each, list: spaces.indexOf(spaceOf(each.collection)) }));
  }

  private async answer({ collection, from }: Member, question: Question): Promise<Answer> {
    if (from) {
      const later = this.answerIn(collection, from, question);
      return await later.catch((error: unknown) => {
        throw error instanceof SpaceDropped ? noSpaceOf(collection) : error;
      });
    }
    return await whileSpacesChange(async () => {
      const current = await this.collections.findById(collection.id);
      if (!current) throw noCollection(collection.name);
      return await this.answerIn(current, null, question);
    });
  }

  private async answerIn(collection: Collection, from: Member['from'], question: Question): Promise<Answer> {
    const { options, position, encode, signal } = question;
    const { minSimilarity, filter = null } = options;
    const encoded = await encode(collection);
    const query = { ...encoded, collection, minSimilarity, filter };
    const list = from && position?.lists[from.list];
    const start = list ? { distance: list.distance, id: list.id, newestId: from.newestId } : null;
    const place = start && { start, shown: position?.shown ?? 0 };
    const { hits, settlement, total } = await answerPage(this.ranked, query, options, place, signal);
    const newestId = from?.newestId ?? settlement.newestId;
    return { collection, encoded, list: from?.list ?? 0, newestId, hits, total };
  }

  /** Each picture once, after the positions of the lists. */
  private async collapsed(
    answers: readonly Answer[],
    lists: readonly ListPosition[],
    signal: AbortSignal | undefined,
  ): Promise<CollapsedHit<PlacedHit>[]> {
    const merged = merge(
      answers,
      lists.map(() => ({ shown: 0 })),
    ).slice(0, MAX_RESULTS);
    const spaces = lists.map((_, list) => answers.find((answer) => answer.list === list)?.collection.activeSpace);
    const collapsed = await collapse(merged, spaces, this.measures, signal);
    return collapsed.filter(({ rank, hit, list }) => isAfter(rank, hit.image.id, lists[list] as ListPosition));
  }

  private async shownHits(
    merged: readonly CollapsedHit<PlacedHit>[],
    answers: readonly Answer[],
    position: UnionPosition,
    digest: Buffer,
  ): Promise<SearchPage['hits']> {
    const lines: (RelevanceLine | null)[] = [];
    for (const list of position.lists.keys())
      lines.push(await this.lineOf(answers.filter((answer) => answer.list === list)));
    const lists = [...position.lists];
    return merged.map((hit, i) => {
      const { rank, list, place } = hit;
      lists[list] = { ...(lists[list] as ListPosition), shown: place, distance: rank, id: hit.hit.image.id };
      const shown = position.shown + i + 1;
      const found = (each: PlacedHit, duplicates: FoundHit[] = []): FoundHit => {
        const score = lists.length > 1 ? 1 / (RANK_CONSTANT + each.place) : each.hit.score;
        return judged({ ...each.hit, score }, lines[each.list] ?? null, each.collection.name, duplicates);
      };
      return {
        hit: found(
          hit,
          hit.duplicates.map((each) => found(each)),
        ),
        cursor: writeUnionCursor({ lists, shown, total: position.total }, digest),
      };
    });
  }

  /** One line for a list, so that relevant hits come before all others in it. */
  private async lineOf(answers: readonly Answer[]): Promise<RelevanceLine | null> {
    const text = answers[0]?.encoded.text;
    if (!text) return null;
    return await this.measures.lineOf(
      text,
      answers.map(({ collection }) => collection),
    );
  }
}

/** Vectors of collections with equal keys can be compared. */
function spaceOf({ activeSpace: { space, dimension } }: Collection): string {
  return `${dimension} ${space}`;
}

function positionsOf(answers: readonly Answer[]): ListPosition[] {
  const lists = Math.max(-1, ...answers.map(({ list }) => list)) + 1;
  return Array.from({ length: lists }, (_, list) => ({
    collections: answers
      .filter((answer) => answer.list === list)
      .map(({ collection, newestId }) => ({
        ...{ collectionId: collection.id, spaceId: collection.activeSpace.id, newestId },
      })),
    ...{ ...BEFORE_FIRST, shown: 0 },
  }));
}

/** The next hits of all lists. An image is in one list only, so its score by ranks is that of its place there. */
function merge(answers: readonly Answer[], lists: readonly Pick<ListPosition, 'shown'>[]): PlacedHit[] {
  const placed = lists.flatMap(({ shown }, list) =>
    answers
      .filter((answer) => answer.list === list)
      .flatMap(({ hits, collection }) => hits.map((hit) => ({ ...hit, collection, list })))
      .sort((a, b) => a.rank - b.rank || a.hit.image.id - b.hit.image.id)
      .map((hit, i): PlacedHit => ({ ...hit, place: shown + i + 1 })),
  );
  return lists.length > 1 ? placed.sort((a, b) => a.place - b.place || a.list - b.list) : placed;
}

/** @throws the error itself unless it is a reason why only this collection cannot answer */
function reasonOf(error: unknown): WentuError {
  if (error instanceof WentuError && error.code !== 'INVALID_INPUT') return error;
  throw error;
}
