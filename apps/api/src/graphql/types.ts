import { basename } from 'node:path';
import {
  InvalidInputError,
  ITEM_ERROR_CODES,
  WENTU_ERROR_CODES,
  type Collection,
  type IgnoredFiles,
  type LoadFailure,
  type LoadJob,
  type LoadStatus,
} from '@wentu/domain';
import { isFinished, MAX_FOLDERS, type FolderListing } from '@wentu/composition';
import { explainCode } from '@wentu/language';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { checkPage, parseId, type Context } from './context';
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
  async understanding(@Ctx() { app }: Context): Promise<TextUnderstandingType> {
    return new TextUnderstandingType(await app.explainText(this.text));
  }
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
  PARTIAL = 'PARTIAL',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}
registerEnumType(LoadStatusEnum, {
  name: 'LoadStatus',
  valuesConfig: {
    SUCCEEDED: { description: 'Everything that is a picture is loaded.' },
    PARTIAL: { description: 'It ended, but some items failed or a folder could not be read: `failures` names them.' },
    FAILED: { description: '`error` says why. What was loaded before it failed stays.' },
  },
});

export enum MissingActionEnum {
  REMOVE = 'REMOVE',
  KEEP = 'KEEP',
}
registerEnumType(MissingActionEnum, {
  name: 'MissingAction',
  description: 'What becomes of images whose files have gone.',
  valuesConfig: {
    REMOVE: { description: 'They are really gone: they are taken out.' },
    KEEP: { description: 'They stay, with their previews, and are not missed again.' },
  },
});

@ObjectType('IgnoredFiles', {
  description: 'Entries of a folder that a load does not take, by reason. A folder counts once, whatever lies in it.',
})
export class IgnoredFilesType {
  constructor(ignored: IgnoredFiles) {
    Object.assign(this, ignored);
    const { notPicture, junk, excluded, link, unreadable } = ignored;
    this.total = notPicture + junk + excluded + link + unreadable;
  }

  @Field(() => Int)
  readonly total: number;

  @Field(() => Int, { description: 'Files that are no pictures, by their bytes.' })
  readonly notPicture!: number;

  @Field(() => Int, { description: 'What systems and programs leave: bins, snapshots, thumbnails, hidden files.' })
  readonly junk!: number;

  @Field(() => Int, { description: 'By a pattern of WENTU_IGNORE or of a .wentuignore.' })
  readonly excluded!: number;

  @Field(() => Int, { description: 'Links to folders, out of the folder that is loaded, or to nothing.' })
  readonly link!: number;

  @Field(() => Int, { description: 'Files without the name of a picture that may not be read.' })
  readonly unreadable!: number;
}

/** Of items, and of whole loads. */
export const LOAD_FAILURE_CODES = [...ITEM_ERROR_CODES, ...WENTU_ERROR_CODES, 'INTERNAL'] as const;
type LoadFailureCode = (typeof LOAD_FAILURE_CODES)[number];
const LoadFailureCodeEnum = Object.fromEntries(LOAD_FAILURE_CODES.map((code) => [code, code])) as {
  readonly [Code in LoadFailureCode]: Code;
};
registerEnumType(LoadFailureCodeEnum, {
  name: 'LoadFailureCode',
  description: 'What a failure of a load means; docs/errors.md lists all codes.',
  valuesConfig: Object.fromEntries(
    LOAD_FAILURE_CODES.map((code) => [code, { description: `${explainCode(code, 'en')}.` }]),
  ),
});

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

  @Field(() => LoadFailureCodeEnum, {
    nullable: true,
    description: 'The code as an enum; null for one of another version of Wentu, that this server does not know.',
  })
  get reason(): LoadFailureCode | null {
    return LOAD_FAILURE_CODES.find((code) => code === this.code) ?? null;
  }

  @Field(() => String)
  readonly message: string;
}

const MAX_FAILURE_PAGE = 1_000;

@ObjectType('LoadJob', { description: 'One load of one folder into one collection.' })
export class LoadJobType {
  constructor(private readonly row: LoadJob) {
    this.id = String(row.id);
    this.collection = row.collection;
    this.directory = this.shown(row.directory);
    this.isUpload = row.options.isUpload === true;
    this.status = LoadStatusEnum[row.status satisfies LoadStatus];
    this.total = row.total;
    this.processed = row.processed;
    this.loaded = row.loaded;
    this.skipped = row.skipped;
    this.failed = row.failed;
    this.replaced = row.replaced;
    this.removed = row.removed;
    this.missing = row.missing;
    this.unreadFolders = row.unreadFolders;
    this.ignored = new IgnoredFilesType(row.ignored);
    this.imagesPerSecond = row.imagesPerSecond;
    this.error = row.error && this.failure(row.error);
    this.startedAt = row.startedAt;
    this.finishedAt = row.finishedAt;
  }

  @Field(() => ID)
  readonly id: string;

  @Field(() => String)
  readonly collection: string;

  @Field(() => String, { description: 'The folder of the server; for files that were sent uploads/ID.' })
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

  @Field(() => Int, { description: 'Of `loaded`: new versions of images that were there before.' })
  readonly replaced: number;

  @Field(() => Int, {
    description: 'Images taken out because their file has gone from the folder, or a pattern excludes it now.',
  })
  readonly removed: number;

  @Field(() => Int, {
    description:
      'Images whose files have gone in a way that may be an accident: a whole folder, many at once, or from another device. They stay until ' +
      'resolveMissing says what is to become of them.',
  })
  readonly missing: number;

  @Field(() => Int, {
    description: 'Folders that could not be read to their end, named in `failures`. Images in and below them stay.',
  })
  readonly unreadFolders: number;

  @Field(() => IgnoredFilesType)
  readonly ignored: IgnoredFilesType;

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
    return (await app.reader.listFailures(this.row.id, first, offset)).map((failure) => this.failure(failure));
  }

  private failure({ item, code, message }: LoadFailure): LoadFailureType {
    return new LoadFailureType({ item: this.shown(item), code, message: this.shown(message) });
  }

  /** Where the server keeps what was sent to it is its own business. */
  private shown(text: string): string {
    const { directory, options } = this.row;
    return options.isUpload === true
      ? text.replaceAll(directory, `uploads/${basename(directory).replace('wentu-upload-', '')}`)
      : text;
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
  async picturesInAll(@Ctx() { app, signal }: Context): Promise<PictureCountType> {
    return this.path === null ? { count: 0, isComplete: true } : await app.countPictures(this.path, signal);
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
  constructor(info: Omit<ServerInfoType, 'maxUploadFileBytes' | 'maxUploadFileSetting'>) {
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

  @Field(() => Int, {
    description:
      'Largest file that can be sent with createUpload, in bytes: the least of what is read, what is copied and what the database takes.',
  })
  async maxUploadFileBytes(@Ctx() { app }: Context): Promise<number> {
    return (await app.uploads.fileLimit()).maxBytes;
  }

  @Field(() => String, { description: 'What decides maxUploadFileBytes: the name of a setting.' })
  async maxUploadFileSetting(@Ctx() { app }: Context): Promise<string> {
    return (await app.uploads.fileLimit()).setting;
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
