import { Readable } from 'node:stream';
import { InvalidInputError, ItemError, WentuError } from '@wentu/domain';
import { type PutItem, type PutResult, type PutStatus } from '@wentu/session';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, registerEnumType, Resolver } from 'type-graphql';
import { INTO } from './arguments';
import type { Context } from './context';
import { ImageType } from './image-type';
import { LoadFailureType } from './load-job-type';
import { AT_MOST, ImageAttributeInput, toOwnAttribute } from './own-attributes-type';
import { parsePicture } from './picture-input';

const PutStatusEnum = {
  ADDED: 'ADDED',
  REPLACED: 'REPLACED',
  UNCHANGED: 'UNCHANGED',
  FAILED: 'FAILED',
} as const satisfies { readonly [Status in PutStatus]: Status };
registerEnumType(PutStatusEnum, {
  name: 'PutStatus',
  description: 'What became of a picture of putImages.',
  valuesConfig: {
    ADDED: { description: 'The collection had no image of this imageId.' },
    REPLACED: { description: 'The picture is the new version of the image of this imageId.' },
    UNCHANGED: {
      description: 'The image of this imageId has these bytes already. It has the given tags and attributes now.',
    },
    FAILED: { description: 'The picture was not put; failure says why. An image of this imageId stays as it was.' },
  },
});

@InputType('PutImageInput', { description: 'A picture under your own id.' })
export class PutImageInput {
  @Field(() => ID, { description: 'Your own id: any text of 1 to 512 characters without control characters.' })
  readonly imageId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The bytes of the picture file in base64, or a data URL. Give either this or url.',
  })
  readonly data?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'An http or https address from which the server fetches the picture; its host must be in WENTU_FETCH_HOSTS.',
  })
  readonly url?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The tags of the image, instead of those before. Without this field the image keeps its tags.',
  })
  readonly tags?: string[] | null;

  @Field(() => [ImageAttributeInput], {
    nullable: true,
    description: `The attributes of the image, instead of those before. ${AT_MOST} Without this field the image keeps its attributes.`,
  })
  readonly attributes?: ImageAttributeInput[] | null;
}

@ObjectType('PutResult', { description: 'What became of one picture of putImages.' })
export class PutResultType {
  constructor({ imageId, status, image, failure }: PutResult, collection: string) {
    this.imageId = imageId;
    this.status = status;
    this.image = image && new ImageType(image, collection);
    this.failure = failure && new LoadFailureType(failure);
  }

  @Field(() => String, { description: 'The imageId, in NFC.' })
  readonly imageId: string;

  @Field(() => PutStatusEnum, { description: 'What became of the picture.' })
  readonly status: PutStatus;

  @Field(() => ImageType, {
    nullable: true,
    description: 'The image that has this imageId now; null if there is none.',
  })
  readonly image: ImageType | null;

  @Field(() => LoadFailureType, {
    nullable: true,
    description:
      'The reason of the status FAILED. With another status: why attributes of the picture were left out. Null otherwise.',
  })
  readonly failure: LoadFailureType | null;
}

@Resolver()
export class PutResolver {
  @Mutation(() => [PutResultType], {
    description:
      'Puts pictures under your own ids, and gives one result for each, in their order. Searches find them when the answer comes. ' +
      'A picture with other bytes replaces the image of its id; equal bytes change nothing, so the call may be repeated. ' +
      'The originals are copied into the store. The call waits for a load of the collection that runs; a client that leaves cancels nothing.',
  })
  async putImages(
    @Arg('collection', () => String, INTO) collection: string,
    @Arg('images', () => [PutImageInput], { description: 'At most 1,000 pictures, each imageId once.' })
    images: PutImageInput[],
    @Ctx() { session, signal }: Context,
  ): Promise<PutResultType[]> {
    const outcome = await session.puts.put(collection, images.map(toItem), signal);
    return outcome.results.map((result) => new PutResultType(result, outcome.collection));
  }
}

function toItem({ imageId, data, url, tags, attributes }: PutImageInput): PutItem {
  const given = {
    ...(tags ? { tags } : {}),
    ...(attributes ? { attributes: attributes.map(toOwnAttribute) } : {}),
  };
  const named = { imageId, ...(tags || attributes ? { given } : {}) };
  if (typeof url === 'string' && typeof data !== 'string') return { ...named, url };
  return {
    ...named,
    async open() {
      if (typeof data !== 'string' || typeof url === 'string')
        throw new InvalidInputError('the image has neither or both of data and url; give exactly one of them');
      const bytes = decode(data);
      return { content: Readable.from([bytes]), sizeBytes: bytes.length };
    },
  };
}

function decode(data: string): Buffer {
  try {
    return parsePicture(data);
  } catch (error) {
    if (!(error instanceof WentuError)) throw error;
    throw new ItemError('BAD_BASE64', error.message, { cause: error });
  }
}
