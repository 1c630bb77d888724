import type { ImageOrder, ImageOrderField } from '@wentu/domain';
import { Field, InputType } from 'type-graphql';
import { registerTexts } from './enums';
import { toFilter, type ImageFilterInput } from './image-filter';

const ImageOrderFieldEnum = registerTexts<ImageOrderField>('ImageOrderField', 'What images are ordered by.', {
  LOADED_AT: 'The order in which the images were loaded. A new version of an image counts as loaded anew.',
  TAKEN_AT: 'When the picture was taken, as takenAt of Image says it.',
  SIZE: 'The size of the original in bytes.',
  NAME: 'The imageId, character by character: folders, then file names. Upper case comes before lower case.',
});

const OrderDirectionEnum = registerTexts<ImageOrder['direction']>('OrderDirection', 'The direction of an order.', {
  ASC: 'Earliest, smallest or first first.',
  DESC: 'Latest, largest or last first.',
});

@InputType('ImageOrder', {
  description:
    'An order of images. Images without the value come last in both directions. Images with equal values are in the order of loading, reversed with DESC.',
})
export class ImageOrderInput {
  @Field(() => ImageOrderFieldEnum, { description: 'What the images are ordered by.' })
  readonly field!: ImageOrderField;

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'The direction.' })
  readonly direction!: ImageOrder['direction'];
}

export const LIST_FILTER = { nullable: true, description: 'Only the images that match; all images without it.' };

export const LIST_ORDER = { nullable: true, description: 'The order; without it, that of loading.' };

/** The arguments filter and orderBy of a field, without those that are not given. */
export function listOf(filter: ImageFilterInput | null | undefined, orderBy: ImageOrderInput | null | undefined) {
  return {
    ...(filter ? { filter: toFilter(filter) } : {}),
    ...(orderBy ? { order: { field: orderBy.field, direction: orderBy.direction } } : {}),
  };
}
