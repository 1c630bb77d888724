import { InvalidInputError, type Collection, type LoadFailure, type LoadJob, type LoadStatus } from '@wentu/domain';
import { isFinished, MAX_FOLDERS } from '@wentu/composition';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { checkPage, parseId, type Context } from './context';
import { ImageType } from './image-type';

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
}

const MAX_IMAGE_PAGE = 1_000;

@ObjectType('Collection', { description: 'A named set of images in one embedding space.' })
export class CollectionType {
  constructor(row: Collection) {
    this.id = String(row.id);
    this.name = row.name;
    this.model = row.model;
    this.dimension = row.dimension;
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
    @Ctx() { app }: Context,
  ): Promise<ImageType[]> {
    checkPage('first', first, MAX_IMAGE_PAGE);
    const afterId = after === null || after === undefined ? 0 : parseId(after);
    if (Number.isNaN(afterId))
      throw new InvalidInputError(`after is ${JSON.stringify(after)}; give the id of an image`);
    const rows = first === 0 ? [] : await app.reader.pageImages(Number(this.id), afterId, first);
    return rows.map((row) => new ImageType(row, this.name));
  }
}

export enum LoadStatusEnum {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(LoadStatusEnum, { name: 'LoadStatus' });

@ObjectType('LoadFailure', { description: 'One item that was not loaded, or why a whole load failed.' })
export class LoadFailureType {
  constructor({ item, code, message }: LoadFailure) {
    this.item = item;
    this.code = code;
    this.message = message;
  }

  @Field(() => String)
  readonly item: string;

  @Field(() => String)
  readonly code: string;

  @Field(() => String)
  readonly message: string;
}

const MAX_FAILURE_PAGE = 1_000;

@ObjectType('LoadJob', { description: 'One load of one folder into one collection.' })
export class LoadJobType {
  constructor(private readonly row: LoadJob) {
    this.id = String(row.id);
    this.collection = row.collection;
    this.directory = row.directory;
    this.isUpload = row.options.isUpload === true;
    this.status = LoadStatusEnum[row.status satisfies LoadStatus];
    this.total = row.total;
    this.processed = row.processed;
    this.loaded = row.loaded;
    this.skipped = row.skipped;
    this.failed = row.failed;
    this.removed = row.removed;
    this.imagesPerSecond = row.imagesPerSecond;
    this.error = row.error && new LoadFailureType(row.error);
    this.startedAt = row.startedAt;
    this.finishedAt = row.finishedAt;
  }

  @Field(() => ID)
  readonly id: string;

  @Field(() => String)
  readonly collection: string;

  @Field(() => String)
  readonly directory: string;

  @Field(() => Boolean, { description: 'Whether the pictures were sent, by createUpload and loadUpload.' })
  readonly isUpload: boolean;

  @Field(() => LoadStatusEnum)
  readonly status: LoadStatusEnum;

  @Field(() => Int, { nullable: true, description: 'Items in the source; null while they are being counted.' })
  readonly total: number | null;

  @Field(() => Int, { description: 'loaded + skipped + failed' })
  readonly processed: number;

  @Field(() => Int)
  readonly loaded: number;

  @Field(() => Int, { description: 'Unchanged since an earlier load.' })
  readonly skipped: number;

  @Field(() => Int)
  readonly failed: number;

  @Field(() => Int, { description: 'Images taken out because their file has gone from the folder.' })
  readonly removed: number;

  @Field(() => Float, { nullable: true })
  readonly imagesPerSecond: number | null;

  @Field(() => LoadFailureType, { nullable: true, description: 'Why the load as a whole failed.' })
  readonly error: LoadFailureType | null;

  @Field(() => GraphQLISODateTime, { nullable: true })
  readonly startedAt: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'Null until the load has ended.' })
  readonly finishedAt: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What a load that has not ended waits for, such as room on the disk of the metadata store; null: nothing.',
  })
  async waitingFor(@Ctx() { app }: Context): Promise<string | null> {
    return isFinished(this.row) ? null : await app.waitingFor();
  }

  @Field(() => [LoadFailureType], {
    description: 'Items that were not loaded, in the order they were met; the first 10,000 are kept.',
  })
  async failures(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('offset', () => Int, { defaultValue: 0 }) offset: number,
    @Ctx() { app }: Context,
  ): Promise<LoadFailureType[]> {
    checkPage('first', first, MAX_FAILURE_PAGE);
    checkPage('offset', offset, Number.MAX_SAFE_INTEGER);
    return (await app.reader.listFailures(this.row.id, first, offset)).map((failure) => new LoadFailureType(failure));
  }
}

@ObjectType('Folder', { description: 'A folder of the server that can be loaded.' })
export class FolderType {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { description: 'Give it as `directory` of loadCollection, or as `path` of folders.' })
  readonly path!: string;
}

@ObjectType('FolderListing')
export class FolderListingType {
  @Field(() => String, { nullable: true, description: 'Null for the list of folders that the server may read.' })
  readonly path!: string | null;

  @Field(() => String, { nullable: true, description: 'The folder above; null where nothing above may be read.' })
  readonly parent!: string | null;

  @Field(() => [FolderType], { description: `By name; at most ${MAX_FOLDERS}.` })
  readonly folders!: readonly FolderType[];

  @Field(() => Int, { description: 'Picture files in the folder itself, by their names.' })
  readonly pictureCount!: number;

  @Field(() => Boolean, { description: 'There is more than was listed and counted.' })
  readonly truncated!: boolean;
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
      'PUT each file to it, followed by / and its path, percent-encoded: /uploads/ID/2024/cat.jpg. The path becomes the imageId. Nothing for an hour ends it.',
  })
  readonly url: string;
}

@ObjectType('ServerInfo')
export class ServerInfoType {
  constructor(info: ServerInfoType) {
    Object.assign(this, info);
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

  @Field(() => String)
  readonly vectorStore!: string;

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
