import type { SearchPage } from '@wentu/composition';
import type { TextUnderstanding } from '@wentu/domain';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
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

@ObjectType('PageInfo')
export class PageInfoType {
  constructor(page: PageInfoType) {
    this.hasNextPage = page.hasNextPage;
    this.hasPreviousPage = page.hasPreviousPage;
    this.startCursor = page.startCursor;
    this.endCursor = page.endCursor;
  }

  @Field(() => Boolean)
  readonly hasNextPage: boolean;

  @Field(() => Boolean, { description: 'There are hits before this page. Pages are asked for forwards only.' })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Of the first edge; null for an empty page.' })
  readonly startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of the last edge. Give it as `after`, with the other arguments of the search. It does not expire.',
  })
  readonly endCursor: string | null;
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
    const [startCursor = null, endCursor = null] = [hits[0]?.cursor, hits.at(-1)?.cursor];
    this.pageInfo = new PageInfoType({ hasNextPage, hasPreviousPage, startCursor, endCursor });
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
