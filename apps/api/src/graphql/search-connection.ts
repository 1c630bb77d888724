import { InvalidInputError, type TextUnderstanding, type WentuErrorCode } from '@wentu/domain';
import type { DatedPage, Query, QueryPart, SearchPage, Unanswered } from '@wentu/session';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CURSOR, PAGE_INFO, pageInfoOf, PageInfoType } from './connection';
import { ErrorCodeEnum, SearchRankingEnum } from './enums';
import { parsePicture } from './picture-input';
import { TextUnderstandingType } from './text-understanding';
import { SearchHitType } from './types';
import { UnderstoodDateType } from './understood-date';

const TEXT = 'A text in Chinese, 1 to WENTU_MAX_TEXT_LENGTH characters (1,000 by default).';
const ANY_IMAGE =
  'The id of an image in any collection, such as Image:123, which is no hit then. Collections of another embedding space cannot be searched by it: INDEX_MISMATCH.';
const PICTURE =
  'A picture file in base64, or a data URL of it. 512 pixels are enough. A request has at most WENTU_MAX_BODY_BYTES (16 MiB by default), and 1 MiB over a WebSocket.';

@InputType('QueryTerm', {
  description: 'A term of a mixed query: exactly one of text, imageId, image and picture, and its weight.',
})
export class QueryTermInput {
  @Field(() => String, { nullable: true, description: TEXT })
  readonly text?: string | null;

  @Field(() => ID, { nullable: true, description: 'The imageId of an image in the collection, which is no hit then.' })
  readonly imageId?: string | null;

  @Field(() => ID, { nullable: true, description: ANY_IMAGE })
  readonly image?: string | null;

  @Field(() => String, { nullable: true, description: PICTURE })
  readonly picture?: string | null;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'From −1 to 1 and not 0. Below 0, images that are similar to the term move towards the end.',
  })
  readonly weight!: number;
}

/** This input is `@oneOf` in the schema; see schema.ts. */
@InputType('SearchQuery', { description: 'What to search for: exactly one of these fields.' })
export class SearchQueryInput {
  @Field(() => String, { nullable: true, description: TEXT })
  readonly text?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The imageId of an image in the collection. The hits are similar images, without that image.',
  })
  readonly imageId?: string;

  @Field(() => ID, { nullable: true, description: ANY_IMAGE })
  readonly image?: string;

  @Field(() => String, { nullable: true, description: PICTURE })
  readonly picture?: string;

  @Field(() => [QueryTermInput], {
    nullable: true,
    description:
      'Several texts, images and pictures together, 1 to 8 terms, at least one with a weight above 0. The hits are those nearest to the weighted sum of their vectors.',
  })
  readonly all?: QueryTermInput[];
}

export function queryOf(input: SearchQueryInput): Query {
  return input.all ? { all: input.all.map((term) => ({ ...partOf(term), weight: term.weight })) } : partOf(input);
}

function partOf({ text, imageId, image, picture }: Omit<QueryTermInput, 'weight'>): QueryPart {
  const given = [text, imageId, image, picture].filter((value) => typeof value === 'string').length;
  if (given !== 1)
    throw new InvalidInputError(`a term has ${given} of text, imageId, image and picture; give exactly one`);
  if (typeof text === 'string') return { text };
  if (typeof image === 'string') return { image };
  if (typeof imageId === 'string') return { imageId };
  return { picture: () => parsePicture(picture ?? '') };
}

@ObjectType('UnansweredCollection', { description: 'A collection that could not be searched, and the reason.' })
export class UnansweredCollectionType {
  constructor({ collection, error }: Unanswered) {
    this.collection = collection;
    this.code = error.code;
    this.message = error.publicMessage;
  }

  @Field(() => String, { description: 'The name of the collection.' })
  readonly collection: string;

  @Field(() => ErrorCodeEnum, {
    description:
      'The code of the error that a search of this collection alone gives, such as INDEX_MISMATCH without its model, or UNAVAILABLE without its index.',
  })
  readonly code: WentuErrorCode;

  @Field(() => String, { description: 'What is wrong and what to do, in English.' })
  readonly message: string;
}

@ObjectType('SearchEdge', { description: 'An entry of a page of hits.' })
export class SearchEdgeType {
  constructor(node: SearchHitType, cursor: string) {
    this.node = node;
    this.cursor = cursor;
  }

  @Field(() => SearchHitType, { description: 'The hit itself.' })
  readonly node: SearchHitType;

  @Field(() => String, { description: CURSOR })
  readonly cursor: string;
}

@ObjectType('SearchConnection', {
  description:
    'A page of the hits of a search. No image is repeated or missed while the collection changes; images that were added after the first page are left out.',
})
export class SearchConnectionType {
  constructor(
    { hits, total, hasNextPage, hasPreviousPage, collections, ranking, unanswered, understood }: DatedPage,
    private readonly explained: Promise<TextUnderstanding> | null,
  ) {
    this.edges = hits.map(({ hit, cursor }) => new SearchEdgeType(new SearchHitType(hit), cursor));
    this.collections = collections;
    this.ranking = ranking;
    this.unanswered = unanswered.map((each) => new UnansweredCollectionType(each));
    this.totalCount = total;
    this.understood = understood && new UnderstoodDateType(understood);
    this.pageInfo = pageInfoOf({ edges: this.edges, hasNextPage, hasPreviousPage });
  }

  @Field(() => [String], { description: 'The names of the collections that were searched, ordered.' })
  readonly collections: readonly string[];

  @Field(() => SearchRankingEnum, { description: 'How the hits are ordered. SIMILARITY for one collection.' })
  readonly ranking: SearchPage['ranking'];

  @Field(() => [UnansweredCollectionType], {
    description:
      'The collections that could not be searched. Empty for one collection: its error is the error of the search then, as when no collection answers.',
  })
  readonly unanswered: readonly UnansweredCollectionType[];

  @Field(() => [SearchEdgeType], { description: 'The hits of this page, highest score first.' })
  readonly edges: SearchEdgeType[];

  @Field(() => Int, { description: 'The number of hits in all pages, at most 1,000.' })
  readonly totalCount: number;

  @Field(() => PageInfoType, { description: PAGE_INFO })
  readonly pageInfo: PageInfoType;

  @Field(() => UnderstoodDateType, {
    nullable: true,
    description:
      'How a date in the text was understood. Null if it has none, if no picture has the time of a camera, and without datesInWords.',
  })
  readonly understood: UnderstoodDateType | null;

  @Field(() => TextUnderstandingType, {
    nullable: true,
    description:
      "What the model reads of the query's text, without a date that was understood; null for other queries. Of several collections, the model of the first one. For other texts there is explainText.",
  })
  async understanding(): Promise<TextUnderstandingType | null> {
    return this.explained && new TextUnderstandingType(await this.explained);
  }
}
