import type { JobKind } from '@wentu/domain';
import type { SpaceFacts } from '@wentu/session';
import { Field, Int, ObjectType } from 'type-graphql';
import { registerTexts } from './enums';

export const JobKindEnum = registerTexts<JobKind>('JobKind', 'What a job does.', {
  LOAD: 'It loads a source into a collection.',
  REENCODE:
    'It encodes the images of a collection with another model, then the collection is searched with that model.',
});

@ObjectType('CollectionSpace', { description: 'A model of which a collection has embeddings.' })
export class CollectionSpaceType {
  constructor(facts: SpaceFacts) {
    Object.assign(this, facts);
  }

  @Field(() => String, { description: 'The name of the model, for reencodeCollection and dropSpace.' })
  readonly model!: string;

  @Field(() => Int, { description: 'The number of values in an embedding.' })
  readonly dimension!: number;

  @Field(() => Int, { description: 'The number of images that have an embedding of the model.' })
  readonly imageCount!: number;

  @Field(() => Int, {
    description:
      'The number of images that have none: searches with the model do not find them. reencodeCollection encodes them.',
  })
  readonly missingCount!: number;

  @Field(() => Boolean, { description: 'Whether the collection is searched with the model now.' })
  readonly isActive!: boolean;
}
