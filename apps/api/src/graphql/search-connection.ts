import type { TextUnderstanding } from '@wentu/domain';
import type { SearchPage } from '@wentu/session';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { pageInfoOf, PageInfoType } from './connection';
import { ImageType } from './image-type';
import { TextUnderstandingType } from './text-understanding';
import { SearchHitType } from './types';

/** `@oneOf` in the schema: see schema.ts. */
@InputType('SearchQuery', { description: 'What is looked for: exactly one of these.' })
export class SearchQueryInput {
  @Field(() => String, { nullable: true, description: 'In Chinese.' })
  readonly text?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'An image of the collection, by its own id: those like it are found, without itself.',
  })
  readonly imageId?: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A picture file in base64, or a data URL of it. A request has at most WENTU_MAX_BODY_BYTES, by default 16 MiB, and 1 MiB over a WebSocket; 512 pixels are enough.',
  })
  readonly picture?: string;
}

@ObjectType('SearchEdge')
export class SearchEdgeType {
  constructor(node: SearchHitType, cursor: string) {
    this.node = node;
    this.cursor = cursor;
  }

  @Field(() => SearchHitType)
  readonly node: SearchHitType;

  @Field(() => String)
  readonly cursor: string;
}

@ObjectType('SearchConnection', {
  description:
    'A page of a search. Pages follow each other without repeating or missing a picture while the collection changes; pictures added after the first page are left out.',
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
    this.totalCount = total;
    this.pageInfo = pageInfoOf({ edges: this.edges, hasNextPage, hasPreviousPage });
  }

  @Field(() => [SearchEdgeType])
  readonly edges: SearchEdgeType[];

  @Field(() => Int, { description: 'In all pages: at most 1,000.' })
  readonly totalCount: number;

  @Field(() => PageInfoType)
  readonly pageInfo: PageInfoType;

  @Field(() => TextUnderstandingType, {
    nullable: true,
    description:
      "What the model reads in the query's text; null for queries by a picture. For other texts: `explainText`.",
  })
  async understanding(): Promise<TextUnderstandingType | null> {
    return this.explained && new TextUnderstandingType(await this.explained);
  }
}
