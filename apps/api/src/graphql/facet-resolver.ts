import { FACET_FIELDS, type Facet, type FacetField } from '@wentu/session';
import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { IN } from './arguments';
import type { Context } from './context';
import { registerTexts } from './enums';
import { ImageFilterInput, toFilter } from './image-filter';

const FacetFieldEnum = registerTexts<FacetField>('FacetField', 'What images are counted by.', {
  YEAR: 'The year in which the picture was taken, such as 2024: the year at the place of the picture, by the offset of its takenAt. Without an offset, takenAt is the local time already. The filter takenOn has the same days.',
  MONTH: 'The month in which the picture was taken, such as 2024-05, at the place of the picture.',
  DAY: 'The day on which the picture was taken, such as 2024-05-01, at the place of the picture.',
  FOLDER:
    'The folders directly in `folder`, each with all images below it. Values are whole paths, as a filter takes them.',
  CAMERA: 'The camera.',
  LENS: 'The lens.',
  TYPE: 'The media type, such as image/jpeg.',
  TAG: 'The tags that the owner gave. An image counts for each of its tags, and once in imageCount.',
});

@ObjectType('FacetValue', { description: 'A value, and the number of images that have it.' })
export class FacetValueType {
  @Field(() => String, { description: 'The value.' })
  readonly value!: string;

  @Field(() => Int, { description: 'The number of images that match the filter and have the value.' })
  readonly count!: number;
}

@ObjectType('Facet', { description: 'Numbers of images by the values of a field.' })
export class FacetType implements Facet {
  @Field(() => FacetFieldEnum, { description: 'The field.' })
  readonly field!: FacetField;

  @Field(() => [FacetValueType], {
    description:
      'The values and their images. Times are newest first; other values have the most images first, equal numbers by value.',
  })
  readonly values!: readonly FacetValueType[];

  @Field(() => Int, { description: 'The number of values, also of those beyond the limit.' })
  readonly totalCount!: number;

  @Field(() => Int, { description: 'The number of images that match the filter and have a value.' })
  readonly imageCount!: number;
}

@Resolver()
export class FacetResolver {
  @Query(() => [FacetType], {
    description: 'Counts the images of a collection by fields, under a filter. At most 2,000,000 images are counted.',
  })
  async facets(
    @Arg('collection', () => String, IN) collection: string | null,
    @Arg('filter', () => ImageFilterInput, { nullable: true, description: 'Only images that match are counted.' })
    filter: ImageFilterInput | null,
    @Arg('fields', () => [FacetFieldEnum], {
      description: `The fields, 1 to ${FACET_FIELDS.length}. The answer has them in this order.`,
    })
    fields: FacetField[],
    @Arg('folder', () => String, {
      defaultValue: '',
      description: 'The folder for FOLDER, without a slash at its end; empty for the whole collection.',
    })
    folder: string,
    @Arg('limit', () => Int, { defaultValue: 100, description: 'The largest number of values of a field, 1 to 1,000.' })
    limit: number,
    @Ctx() { session, lists }: Context,
  ): Promise<FacetType[]> {
    const wanted = { fields, folder, limit, ...(filter ? { filter: toFilter(filter) } : {}) };
    return await lists.read(() => session.images.facets(collection ?? null, wanted));
  }
}
