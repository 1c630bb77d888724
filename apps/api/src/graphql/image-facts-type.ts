import type { Place, TakenAtSource } from '@wentu/domain';
import { Field, Float, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';

export const TakenAtSourceEnum = registerTexts<TakenAtSource>(
  'TakenAtSource',
  'Where the time of a picture comes from.',
  {
    EXIF: 'The camera wrote it into the picture.',
    FILE: 'It is the modification time of the file when the picture was loaded: the picture has no time.',
  },
);

/** The attributes that an image with a fact has. */
const FACT_ATTRIBUTES = { TAKEN_AT: 'takenAt', CAMERA: 'camera', LENS: 'lens', PLACE: 'latitude' } as const;
export type ImageFact = keyof typeof FACT_ATTRIBUTES;

export const ImageFactEnum = registerTexts<ImageFact>('ImageFact', 'What may be known about a picture.', {
  TAKEN_AT: 'When it was taken.',
  CAMERA: 'With which camera.',
  LENS: 'With which lens.',
  PLACE: 'Where.',
});

/** The attribute that only images with this fact have. */
export function attributeOf(fact: ImageFact): string {
  return FACT_ATTRIBUTES[fact];
}

@ObjectType('Place', { description: 'A point on the earth (WGS 84).' })
export class PlaceType implements Place {
  @Field(() => Float, { description: 'Degrees north of the equator, -90 to 90.' })
  readonly latitude!: number;

  @Field(() => Float, { description: 'Degrees east of Greenwich, -180 to 180.' })
  readonly longitude!: number;
}
