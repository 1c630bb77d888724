import type { ExifField, ExifGroup } from '@wentu/domain';
import { Field, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';

const ExifGroupEnum = registerTexts<ExifGroup>('ExifGroup', 'What an EXIF field is about.', {
  CAMERA: 'The camera, the lens and the software, with their serial numbers.',
  EXPOSURE: 'How the picture was taken: time, aperture, sensitivity, flash.',
  TIME: 'When it was taken, digitized and changed.',
  PLACE: 'Where it was taken.',
  AUTHOR: 'Who made it, and texts about it.',
  FILE: 'The picture file: orientation, colours, resolution.',
});

@ObjectType('ExifField', {
  description: 'A field of the EXIF block of a picture file. Its text is not checked: a file may say anything.',
})
export class ExifFieldType implements ExifField {
  @Field(() => ExifGroupEnum, { description: 'What the field is about.' })
  readonly group!: ExifGroup;

  @Field(() => String, {
    description: 'The name of the field in EXIF 2.32, such as FNumber. No enum, because later versions may have more.',
  })
  readonly name!: string;

  @Field(() => String, {
    description: 'The value as one line of text with its unit, such as f/2.8, 1/250 s or 50 mm: 1 to 200 characters.',
  })
  readonly value!: string;
}
