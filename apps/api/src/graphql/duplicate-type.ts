import {
  MAX_NEW,
  type DuplicateFacts,
  type DuplicateImage,
  type DuplicateKind,
  type DuplicatePage,
  type DuplicateStatus,
  type FoundGroup,
} from '@wentu/session';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, Int, ObjectType } from 'type-graphql';
import { FIRST } from './arguments';
import { CURSOR, PAGE_INFO, pageInfoOf, PageInfoType } from './connection';
import type { Context } from './context';
import { registerTexts } from './enums';
import { ImageType } from './image-type';

const DuplicateKindEnum = registerTexts<DuplicateKind>('DuplicateKind', 'Why an image is in a group of duplicates.', {
  BEST: 'It is the best image of the group: most pixels, then most bytes, then the oldest.',
  EXACT: 'Its file is equal to that of the best image, byte for byte.',
  NEAR: 'It looks like another image of the group: the embeddings are similar.',
});

const DuplicateSearchStatusEnum = registerTexts<DuplicateStatus>(
  'DuplicateSearchStatus',
  'How far the search for duplicates of a collection is.',
  {
    NONE: 'No search was ever made, or its result is lost: findDuplicates begins one.',
    RUNNING: 'It runs, or waits for the search of another collection.',
    DONE: 'It has ended, and its groups are there.',
    FAILED: 'It failed. The groups of an earlier search stay.',
    CANCELLED: 'It was cancelled. The groups of an earlier search stay.',
  },
);

@ObjectType('DuplicateSearchError', { description: 'Why a search for duplicates failed.' })
export class DuplicateSearchErrorType {
  @Field(() => String, { description: 'A code as in errors, such as UNAVAILABLE.' })
  readonly code!: string;

  @Field(() => String, { description: 'The reason in English.' })
  readonly message!: string;
}

@ObjectType('DuplicateSearch', {
  description: 'The search for duplicates of a collection: the one that runs, and the result of the last complete one.',
})
export class DuplicateSearchType {
  constructor({ status, running, failure, result, newImages }: DuplicateFacts) {
    this.status = status;
    this.done = running?.done ?? null;
    this.startedAt = running?.startedAt ?? null;
    this.error = status === 'FAILED' ? failure : null;
    this.finishedAt = result?.finishedAt ?? null;
    this.imageCount = result?.imageCount ?? null;
    this.model = result?.model ?? null;
    this.minSimilarity = result?.minSimilarity ?? null;
    this.newImageCount = newImages;
  }

  @Field(() => DuplicateSearchStatusEnum, { description: 'How far it is.' })
  readonly status: DuplicateStatus;

  @Field(() => Float, { nullable: true, description: 'The share of the work that is done, 0 to 1, while it runs.' })
  readonly done: number | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When the search that runs was started.' })
  readonly startedAt: Date | null;

  @Field(() => DuplicateSearchErrorType, { nullable: true, description: 'Why the last search failed.' })
  readonly error: DuplicateSearchErrorType | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When the last complete search ended.' })
  readonly finishedAt: Date | null;

  @Field(() => Int, { nullable: true, description: 'The number of images that the last complete search compared.' })
  readonly imageCount: number | null;

  @Field(() => Int, {
    description: `The number of images that were added or changed since the last complete search, at most ${MAX_NEW}: they are in no group.`,
  })
  readonly newImageCount: number;

  @Field(() => String, { nullable: true, description: 'The model whose embeddings the last complete search compared.' })
  readonly model: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The smallest cosine of two images that count as near; measured for the model.',
  })
  readonly minSimilarity: number | null;
}

@ObjectType('DuplicateImage', { description: 'An image of a group of duplicates.' })
export class DuplicateImageType {
  constructor({ image, kind, similarity }: DuplicateImage, collection: string) {
    this.image = new ImageType(image, collection);
    this.kind = kind;
    this.similarity = similarity;
  }

  @Field(() => ImageType, { description: 'The image itself.' })
  readonly image: ImageType;

  @Field(() => DuplicateKindEnum, { description: 'Why it is in the group.' })
  readonly kind: DuplicateKind;

  @Field(() => Float, {
    description:
      'The cosine of its vector and that of the best image, −1 to 1. Near images may form a chain, so it may be below minSimilarity.',
  })
  readonly similarity: number;
}

@ObjectType('DuplicateGroup', { description: 'Images that show the same picture, and images that connect them.' })
export class DuplicateGroupType {
  constructor(private readonly group: FoundGroup) {
    this.imageCount = group.ids.length;
    this.spareBytes = group.spareBytes;
  }

  @Field(() => Int, { description: 'The number of images, at least 2.' })
  readonly imageCount: number;

  @Field(() => Float, { description: 'The size of all originals except the best one, in bytes.' })
  readonly spareBytes: number;

  @Field(() => [DuplicateImageType], { description: 'The images: the best one first, then by quality.' })
  async images(
    @Arg('first', () => Int, { defaultValue: 24, ...FIRST }) first: number,
    @Ctx() { session, lists }: Context,
  ): Promise<DuplicateImageType[]> {
    const images = await lists.read(() => session.duplicates.images(this.group, first));
    return images.map((image) => new DuplicateImageType(image, this.group.collection.name));
  }
}

@ObjectType('DuplicateGroupEdge', { description: 'An entry of a page of groups.' })
class DuplicateGroupEdgeType {
  @Field(() => DuplicateGroupType, { description: 'The group itself.' })
  readonly node!: DuplicateGroupType;

  @Field(() => String, { description: CURSOR })
  readonly cursor!: string;
}

@ObjectType('DuplicateGroupConnection', {
  description:
    'A page of the groups of the last complete search for duplicates. Images that were deleted or changed since are left out.',
})
export class DuplicateGroupConnectionType {
  readonly collection: string;

  constructor(page: DuplicatePage) {
    this.collection = page.collection.name;
    this.edges = page.edges.map(({ node, cursor }) => ({ node: new DuplicateGroupType(node), cursor }));
    this.pageInfo = pageInfoOf(page);
    this.totalCount = page.total;
    this.spareBytes = page.spareBytes;
  }

  @Field(() => [DuplicateGroupEdgeType], {
    description: 'The groups of this page, largest first, by the number of images when they were found.',
  })
  readonly edges: readonly DuplicateGroupEdgeType[];

  @Field(() => PageInfoType, { description: PAGE_INFO })
  readonly pageInfo: PageInfoType;

  @Field(() => Int, { description: 'The number of groups in all pages.' })
  readonly totalCount: number;

  @Field(() => Float, {
    description: 'The size of all originals in all groups, except the best one of each group, in bytes.',
  })
  readonly spareBytes: number;

  @Field(() => DuplicateSearchType, { description: 'The search that found the groups, and the one that runs.' })
  async search(@Ctx() { session }: Context): Promise<DuplicateSearchType> {
    return new DuplicateSearchType(await session.duplicates.facts(this.collection));
  }
}
