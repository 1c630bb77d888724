import { LimitExceededError, sentence } from '@wentu/domain';
import { getNamedType, GraphQLError, isLeafType, type DocumentNode, type GraphQLSchema } from 'graphql';
import { getComplexity, type ComplexityEstimatorArgs } from 'graphql-query-complexity';

/** The cost of a field that is an object; one object is read, kept in memory and written into the answer. */
const OBJECT = 1;
/** The cost of a field that is a number, a text or an enum. */
const LEAF = 0.1;
/** The cost of a query of the schema itself. */
const SCHEMA = 500;
/** A document visits at most this number of fields: fragments in fragments must not make the count itself dear. */
const MAX_VISITED = 5_000;

/** What a field costs beside its objects: 1 is about 20 µs of one core. Fields that are not named cost nothing more. */
export const WORK: Readonly<Record<string, number>> = {
  // A text tower and an index.
  'Query.search': 50,
  'Query.searchImages': 50,
  'Query.rankTexts': 50,
  'Query.explainText': 25,
  // A scan of the attributes of a collection.
  'Query.facets': 100,
  'Collection.matchingCount': 50,
  'Query.duplicates': 100,
  // Folders of a file system and of models.
  'Query.folders': 100,
  'FolderListing.picturesInAll': 1_000,
  'Query.models': 200,
  'Query.recommendedModel': 200,
  'Model.collections': 20,
  // A statement of its own, also inside a list.
  'Image.collectionNode': 2,
  'Image.originalAvailable': 5,
  'Collection.sources': 5,
  'Collection.wordsUnread': 2,
  'Collection.factsPendingCount': 2,
  'Collection.keptOutCount': 2,
  'Collection.images': 10,
  'Collection.imagesConnection': 10,
  'DuplicateGroup.images': 5,
  // An original: its file is read, hashed and written as base64.
  'Image.data': 25,
  // Its file is read, and a decoder process reads its header.
  'Image.exif': 100,
  // A count of rows.
  'Collection.imagePosition': 50,
};

/** The largest page of every list. */
const MAX_ENTRIES = 1_000;
/** Arguments that say how many entries a field gives. A list among them counts with its length. */
const COUNTS = ['first', 'topK', 'limit', 'ids', 'texts', 'images', 'changes'];
/** The entries of lists without such an argument. The lists of connections count at the connection. */
export const ENTRIES: Readonly<Record<string, number>> = {
  'Query.models': 30,
  'Query.modelInstalls': 20,
  'Collection.spaces': 2,
  'Image.attributes': 8,
  'Image.words': 20,
  'Image.exif': 40,
  'WordMatch.lines': 5,
  'SearchHit.duplicates': 2,
  'FolderListing.folders': 100,
};
/** A picture in a query is decoded and encoded. */
const PICTURE = 200;
/** Each further term of a query, and each word of a filter. */
const TERM = 25;

export interface CostOptions {
  readonly operationName?: string | null | undefined;
  readonly variables?: object | null | undefined;
  /** The number of collections, with which queries of all of them are multiplied. */
  readonly collections?: number;
}

/** With more collections a query of all of them counts as one of so many: the page asks for all. */
const MAX_COLLECTIONS = 500;

/**
 * What an operation costs before it runs: the fields of its answer, times the lists that they are in, and the work of
 * searches and originals. A query of one search with ten hits costs about 100.
 * @param document valid for the schema
 * @throws GraphQLError when the variables do not fit; LimitExceededError when fragments repeat too many fields
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operationName, variables, collections = 10 }: CostOptions,
): number {
  try {
    const cost = getComplexity({
      schema,
      query: document,
      ...(operationName ? { operationName } : {}),
      variables: { ...variables },
      context: { collections: Math.min(MAX_COLLECTIONS, Math.max(1, collections)) },
      estimators: [costOfField],
      maxQueryNodes: MAX_VISITED,
    });
    return Math.ceil(cost);
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('maximum allowed number of nodes')) {
      throw new LimitExceededError(
        `the query repeats more than ${MAX_VISITED} fields through its fragments; use fewer fragments in fragments`,
      );
    }
    // The code and the status that Apollo gives to variables that do not fit.
    if (error instanceof GraphQLError)
      throw new GraphQLError(error.message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
    throw error;
  }
}

function costOfField({ type, field, args, childComplexity, context }: ComplexityEstimatorArgs): number {
  if (field.name === '__schema' || field.name === '__type') return SCHEMA;
  const name = `${type.name}.${field.name}`;
  const isLeaf = isLeafType(getNamedType(field.type));
  const work = (WORK[name] ?? 0) + (name === 'Query.search' || name === 'Query.searchImages' ? workOf(args) : 0);
  const { collections } = context as { collections: number };
  return (
    work +
    (name === 'Query.collections' ? collections : entriesOf(name, args)) * (isLeaf ? LEAF : OBJECT + childComplexity)
  );
}

function entriesOf(name: string, args: ComplexityEstimatorArgs['args']): number {
  for (const count of COUNTS) {
    const given: unknown = args[count];
    if (typeof given === 'number') return between(given);
    if (Array.isArray(given)) return between(given.length);
  }
  return ENTRIES[name] ?? 1;
}

/** A resolver refuses a larger number before it reads anything, and its error says which numbers it accepts. */
function between(count: number): number {
  return Math.min(MAX_ENTRIES, Math.max(1, count));
}

/** The work of a search beside one text: pictures, terms, several collections, duplicates. */
function workOf(args: ComplexityEstimatorArgs['args']): number {
  let work = args['everywhere'] === true ? 200 : 0;
  if (args['collapse'] === true) work += 200;
  if (args['match'] === 'AUTO') work += 50;
  if (Array.isArray(args['collections'])) work += 25 * args['collections'].length;
  if (typeof args['avoid'] === 'string') work += TERM;
  const query = Object(args['query']) as { picture?: unknown; all?: readonly { picture?: unknown }[] };
  for (const term of query.all ?? [query]) work += (term.picture === undefined ? 0 : PICTURE) + (query.all ? TERM : 0);
  return work;
}

/** @throws LimitExceededError that says what to lower */
export function checkCost(cost: number, maxCost: number): void {
  if (cost <= maxCost) return;
  throw new LimitExceededError(sentence('QUERY_COST', { cost, maxCost }));
}
