import { MAX_FOLDERS, type Collection, type FolderListing } from '@wentu/domain';
import type { ServerFacts } from '@wentu/session';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType } from 'type-graphql';
import type { Context } from './context';
import { ImageType } from './image-type';
import { TextUnderstandingType } from './text-understanding';

@ObjectType('SearchHit', { description: 'A picture found, nearest first.' })
export class SearchHitType {
  constructor(image: ImageType, similarity: number, distance: number) {
    this.image = image;
    this.similarity = similarity;
    this.distance = distance;
  }

  @Field(() => Float, {
    description: 'Squared Euclidean distance of the unit vectors, as Milvus calls L2: 2 − 2·similarity, in [0, 4].',
  })
  readonly distance: number;

  @Field(() => Float, { description: 'Cosine, in [−1, 1].' })
  readonly similarity: number;

  @Field(() => ImageType)
  readonly image: ImageType;
}

@ObjectType('TextProbability', {
  description: 'How probable a text is for an image, against the other texts of the call.',
})
export class TextProbabilityType {
  constructor(text: string, probability: number, similarity: number) {
    this.text = text;
    this.probability = probability;
    this.similarity = similarity;
  }

  @Field(() => String)
  readonly text: string;

  @Field(() => Float)
  readonly probability: number;

  @Field(() => Float)
  readonly similarity: number;

  @Field(() => TextUnderstandingType, { description: 'What the model reads in the text.' })
  async understanding(@Ctx() { session }: Context): Promise<TextUnderstandingType> {
    return new TextUnderstandingType(await session.searches.explainText(this.text));
  }
}

@ObjectType('Collection', { description: 'A named set of images in one embedding space.' })
export class CollectionType {
  constructor(row: Collection) {
    this.id = String(row.id);
    this.name = row.name;
    this.model = row.activeSpace.model;
    this.dimension = row.activeSpace.dimension;
    this.imageCount = row.imageCount;
    this.sizeBytes = row.sizeBytes;
    this.createdAt = row.createdAt;
  }

  @Field(() => ID)
  readonly id: string;

  @Field(() => String)
  readonly name: string;

  @Field(() => String)
  readonly model: string;

  @Field(() => Int)
  readonly dimension: number;

  @Field(() => Int)
  readonly imageCount: number;

  @Field(() => Float, { description: 'Of its picture files together.' })
  readonly sizeBytes: number;

  @Field(() => GraphQLISODateTime)
  readonly createdAt: Date;

  @Field(() => [ImageType], {
    description: 'In the order they were loaded. `after`: the id of the last image that is known.',
  })
  async images(
    @Arg('first', () => Int, { defaultValue: 24 }) first: number,
    @Arg('after', () => ID, { nullable: true }) after: string | null,
    @Ctx() { session }: Context,
  ): Promise<ImageType[]> {
    const rows = await session.images.ofCollection(Number(this.id), after ?? null, first);
    return rows.map((row) => new ImageType(row, this.name));
  }
}

@ObjectType('Folder', { description: 'A folder of the server that can be loaded.' })
export class FolderType {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { description: 'Give it as `directory` of loadCollection, or as `path` of folders.' })
  readonly path!: string;
}

@ObjectType('PictureCount')
export class PictureCountType {
  @Field(() => Int)
  readonly count!: number;

  @Field(() => Boolean, {
    description: 'False: there may be more; counting was stopped, or a folder could not be read.',
  })
  readonly isComplete!: boolean;
}

@ObjectType('FolderListing')
export class FolderListingType {
  constructor(listing: FolderListing) {
    Object.assign(this, listing);
  }

  @Field(() => String, { nullable: true, description: 'Null for the list of folders that the server may read.' })
  readonly path!: string | null;

  @Field(() => String, { nullable: true, description: 'The folder above; null where nothing above may be read.' })
  readonly parent!: string | null;

  @Field(() => [FolderType], { description: `By name; at most ${MAX_FOLDERS}.` })
  readonly folders!: readonly FolderType[];

  @Field(() => Int, {
    description: 'Picture files in the folder itself, by their names. A load also finds those without an extension.',
  })
  readonly pictureCount!: number;

  @Field(() => Boolean, { description: 'There is more than was listed and counted.' })
  readonly truncated!: boolean;

  @Field(() => PictureCountType, {
    description:
      'Picture files in the folder and in all below it, by their names, as a load goes through them. Counted when asked, for a few seconds at most.',
  })
  async picturesInAll(@Ctx() { session, signal }: Context): Promise<PictureCountType> {
    return this.path === null ? { count: 0, isComplete: true } : await session.loads.countPictures(this.path, signal);
  }
}

@ObjectType('Upload', { description: 'Files on their way into a collection.' })
export class UploadType {
  constructor(id: string) {
    this.id = id;
    this.url = `/uploads/${id}`;
  }

  @Field(() => ID)
  readonly id: string;

  @Field(() => String, {
    description:
      'PUT each file to it, followed by / and its path, percent-encoded: /uploads/ID/2024/cat.jpg. The path becomes the imageId. An upload without traffic for an hour is discarded, after ten minutes when there is no room for another.',
  })
  readonly url: string;
}

@ObjectType('ServerInfo')
export class ServerInfoType {
  constructor(facts: ServerFacts) {
    Object.assign(this, facts);
  }

  @Field(() => String)
  readonly version!: string;

  @Field(() => String)
  readonly model!: string;

  @Field(() => String, {
    description: 'What chose the model: WENTU_MODEL, wentu model use, or default. A change counts from the next start.',
  })
  readonly modelSource!: string;

  @Field(() => Int)
  readonly dimension!: number;

  @Field(() => String, { description: 'cpu or cuda' })
  readonly executionProvider!: string;

  @Field(() => String, { description: 'Why this execution provider was chosen.' })
  readonly executionProviderReason!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Below this cosine a picture is hardly what a text means: measured for the model on the shipped pictures. Null until it has been.',
  })
  readonly similarityFloor!: number | null;

  @Field(() => Int, {
    description:
      'Largest file that can be sent with createUpload, in bytes: the least of what is read, what is copied and what the database takes.',
  })
  async maxUploadFileBytes(@Ctx() { session }: Context): Promise<number> {
    return (await session.uploads.fileLimit()).maxBytes;
  }

  @Field(() => String, { description: 'What decides maxUploadFileBytes: the name of a setting.' })
  async maxUploadFileSetting(@Ctx() { session }: Context): Promise<string> {
    return (await session.uploads.fileLimit()).setting;
  }

  @Field(() => Float, {
    description: 'What one upload may have, in bytes (WENTU_MAX_UPLOAD_BYTES); 0: no uploads are taken.',
  })
  readonly maxUploadBytes!: number;

  @Field(() => Int, {
    description: 'Most characters (code points) of a text that is searched with: WENTU_MAX_TEXT_LENGTH.',
  })
  readonly maxTextLength!: number;

  @Field(() => String)
  readonly vectorStore!: string;

  @Field(() => String, {
    description:
      'What searches the indexes: milvus, usearch (in this process), or scan (in this process, slower: there is no binary of usearch for this platform).',
  })
  readonly indexEngine!: string;

  @Field(() => String)
  readonly metadataStore!: string;
}

@ObjectType('Repair', { description: "What was wrong with a collection's index, and is not any more." })
export class RepairType {
  @Field(() => String)
  readonly collection!: string;

  @Field(() => Int, { description: 'Images that the index lacked.' })
  readonly upserted!: number;

  @Field(() => Int, { description: 'Entries of the index without an image.' })
  readonly removedFromIndex!: number;

  @Field(() => Int, { description: 'Rows that an interrupted load or removal had left.' })
  readonly removedRows!: number;
}
