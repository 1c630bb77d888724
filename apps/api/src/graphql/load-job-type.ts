import { basename } from 'node:path';
import {
  ITEM_ERROR_CODES,
  WENTU_ERROR_CODES,
  type IgnoredFiles,
  type LoadFailure,
  type LoadJob,
  type LoadStatus,
} from '@wentu/domain';
import { explainCode } from '@wentu/language';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Context } from './context';

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
const LOAD_FAILURE_CODES = [...ITEM_ERROR_CODES, ...WENTU_ERROR_CODES, 'INTERNAL'] as const;
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
  async waitingFor(@Ctx() { session }: Context): Promise<string | null> {
    return await session.loads.waitingFor(this.row);
  }

  @Field(() => [LoadFailureType], {
    description: 'Items that were not loaded, in the order they were met; the first 10,000 are kept.',
  })
  async failures(
    @Arg('first', () => Int, { defaultValue: 20 }) first: number,
    @Arg('offset', () => Int, { defaultValue: 0 }) offset: number,
    @Ctx() { session }: Context,
  ): Promise<LoadFailureType[]> {
    return (await session.loads.failures(this.row, first, offset)).map((failure) => this.failure(failure));
  }

  /** As clients see it. */
  failure({ item, code, message }: LoadFailure): LoadFailureType {
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
