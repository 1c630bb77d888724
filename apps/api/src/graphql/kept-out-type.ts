import type { KeptOutImage } from '@wentu/domain';
import { Field, GraphQLISODateTime, ObjectType } from 'type-graphql';

@ObjectType('KeptOutImage', {
  description: 'An image that was deleted for good. Loads leave its picture out until allowImages.',
})
export class KeptOutImageType {
  constructor({ imageId, keptOutAt }: KeptOutImage) {
    this.imageId = imageId;
    this.keptOutAt = keptOutAt;
  }

  @Field(() => String, { description: 'The imageId that the image had, for allowImages.' })
  readonly imageId: string;

  @Field(() => GraphQLISODateTime, { description: 'When the image was deleted.' })
  readonly keptOutAt: Date;
}
