import { InvalidInputError, MAX_TAG_LENGTH, MAX_TAGS, type ChangedAttributes, type OwnChange } from '@wentu/domain';
import { MAX_CHANGES, type AttributeResult } from '@wentu/session';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { COLLECTION } from './arguments';
import type { Context } from './context';
import { registerTexts } from './enums';
import { ImageType } from './image-type';
import { AT_MOST, ImageAttributeInput, toOwnAttribute } from './own-attributes-type';

type Status = ChangedAttributes['status'];

const AttributeChangeStatusEnum = registerTexts<Status>(
  'AttributeChangeStatus',
  'What became of the change of one image.',
  {
    DONE: 'The image has what the change says. Searches see it.',
    NOT_FOUND: 'The collection has no such image.',
    INVALID: 'A value cannot be stored, or the image would have too much. The image stays as it was; message says why.',
  },
);

const TAGS = `1 to ${MAX_TAG_LENGTH} characters each, stored in NFC without spaces at the ends; at most ${MAX_TAGS} for an image.`;

@InputType('ImageAttributesChange', {
  description:
    'The change of one image. tags and attributes replace all that the image has; what is left out stays. Then the other fields apply.',
})
export class ImageAttributesChangeInput {
  @Field(() => ID, { description: 'The imageId of an image in the collection.' })
  readonly imageId!: string;

  @Field(() => [String], { nullable: true, description: `The tags instead of those before: ${TAGS}` })
  readonly tags?: string[] | null;

  @Field(() => [String], { nullable: true, description: `Tags to add: ${TAGS}` })
  readonly addTags?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Tags to remove. Those that the image lacks change nothing.' })
  readonly removeTags?: string[] | null;

  @Field(() => [ImageAttributeInput], {
    nullable: true,
    description: `The attributes instead of those before. ${AT_MOST}`,
  })
  readonly attributes?: ImageAttributeInput[] | null;

  @Field(() => [ImageAttributeInput], {
    nullable: true,
    description: `Attributes to add, or to replace where the image has the name. ${AT_MOST}`,
  })
  readonly setAttributes?: ImageAttributeInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The names of attributes to remove. Those that the image lacks change nothing.',
  })
  readonly removeAttributes?: string[] | null;
}

@ObjectType('AttributeChangeResult', { description: 'What became of the change of one image.' })
export class AttributeChangeResultType {
  constructor({ imageId, status, message, image }: AttributeResult, collection: string) {
    this.imageId = imageId;
    this.status = status;
    this.message = message;
    this.image = image && new ImageType(image, collection);
  }

  @Field(() => String, { description: 'The imageId, in NFC.' })
  readonly imageId: string;

  @Field(() => AttributeChangeStatusEnum, { description: 'What became of the change.' })
  readonly status: Status;

  @Field(() => String, { nullable: true, description: 'Why the status is INVALID; null otherwise.' })
  readonly message: string | null;

  @Field(() => ImageType, { nullable: true, description: 'The image after the call; null if there is none.' })
  readonly image: ImageType | null;
}

@Resolver()
export class AttributeResolver {
  @Mutation(() => [AttributeChangeResultType], {
    description:
      'Changes the tags and attributes of images, and gives one result for each, in their order. An image that is unknown or refused does not ' +
      'stop the others. Searches with a filter see the changes when the answer comes. The call may be repeated.',
  })
  async setImageAttributes(
    @Arg('collection', () => String, COLLECTION) collection: string,
    @Arg('changes', () => [ImageAttributesChangeInput], {
      description: `The changes: 1 to ${MAX_CHANGES}, each image once.`,
    })
    changes: ImageAttributesChangeInput[],
    @Ctx() { session }: Context,
  ): Promise<AttributeChangeResultType[]> {
    const outcome = await session.attributes.change(collection, changes.map(toChange));
    return outcome.results.map((result) => new AttributeChangeResultType(result, outcome.collection));
  }
}

/** @throws InvalidInputError for an attribute without exactly one value */
function toChange(input: ImageAttributesChangeInput): OwnChange {
  const { imageId, tags, addTags, removeTags, attributes, setAttributes, removeAttributes } = input;
  try {
    return {
      imageId,
      ...(tags ? { tags } : {}),
      ...(addTags ? { addTags } : {}),
      ...(removeTags ? { removeTags } : {}),
      ...(attributes ? { attributes: attributes.map(toOwnAttribute) } : {}),
      ...(setAttributes ? { setAttributes: setAttributes.map(toOwnAttribute) } : {}),
      ...(removeAttributes ? { removeAttributes } : {}),
    };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(`image ${JSON.stringify(imageId.slice(0, 80))}: ${error.message}`, { cause: error });
  }
}
