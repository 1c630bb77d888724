import type { TextUnderstanding } from '@wentu/domain';
import type { SearchPage } from '@wentu/session';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CURSOR, PAGE_INFO, pageInfoOf, PageInfoType } from './connection';
import { ImageType } from './image-type';
import { TextUnderstandingType } from './text-understanding';
import { SearchHitType } from './types';

/** This input is `@oneOf` in the schema; see schema.ts. */
@InputType('SearchQuery', { description: 'What to search for: exactly one of these fields.' })
export class SearchQueryInput {
  @Field(() => String, {
    nullable: true,
    description: 'A text in Chinese, 1 to WENTU_MAX_TEXT_LENGTH characters (1,000 by default).',
  })
  readonly text?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The imageId of an image in the collection. The hits are similar images, without that image.',
  })
  readonly imageId?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A picture file in base64, or a data URL of it. 512 pixels are enough. A request has at most WENTU_MAX_BODY_BYTES (16 MiB by default), and 1 MiB over a WebSocket.',
  })
  readonly picture?: string;
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
    { hits, total, hasNextPage, hasPreviousPage, collection }: SearchPage,
    private readonly explained: Promise<TextUnderstanding> | null,
  ) {
    this.edges = hits.map(({ hit: { image, similarity, distance }, cursor }) => {
      const node = new SearchHitType(new ImageType(image, collection), similarity, distance);
      return new SearchEdgeType(node, cursor);
    });
    this.collection = collection;
    this.totalCount = total;
    this.pageInfo = pageInfoOf({ edges: this.edges, hasNextPage, hasPreviousPage });
  }

  /** The name of the collection that was searched. */
  readonly collection: string;

  @Field(() => [SearchEdgeType], { description: 'The hits of this page, nearest first.' })
  readonly edges: SearchEdgeType[];

  @Field(() => Int, { description: 'The number of hits in all pages, at most 1,000.' })
  readonly totalCount: number;

  @Field(() => PageInfoType, { description: PAGE_INFO })
  readonly pageInfo: PageInfoType;

  @Field(() => TextUnderstandingType, {
    nullable: true,
    description:
      "What the model reads of the query's text; null for other queries. For other texts there is explainText.",
  })
  async understanding(): Promise<TextUnderstandingType | null> {
    return this.explained && new TextUnderstandingType(await this.explained);
  }
}
