import { basename } from 'node:path';
import {
  ITEM_ERROR_CODES,
  WENTU_ERROR_CODES,
  type IgnoredFiles,
  type JobKind,
  type LoadFailure,
  type LoadJob,
  type LoadStatus,
  type MessageParams,
} from '@wentu/domain';
import { explainCode } from '@wentu/language';
import { nodeId } from '@wentu/session';
import { Arg, Ctx, Field, Float, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql';
import { FIRST } from './arguments';
import { FailureDetailType } from './failure-detail-type';
import type { Context } from './context';
import { NodeType } from './node';
import { JobKindEnum } from './space-type';

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
  description: 'How far a load is, or how it ended.',
  valuesConfig: {
    QUEUED: { description: 'The load waits for its turn.' },
    RUNNING: { description: 'The load reads its source.' },
    SUCCEEDED: { description: 'The load has ended, and every picture is loaded.' },
    PARTIAL: {
      description: 'The load has ended, but some items failed or a folder could not be read; failures lists them.',
    },
    FAILED: { description: 'The load as a whole failed; error gives the reason. Images that were loaded before stay.' },
    CANCELLED: { description: 'The load was cancelled. Images that were loaded before stay.' },
  },
});

export enum MissingActionEnum {
  REMOVE = 'REMOVE',
  KEEP = 'KEEP',
}
registerEnumType(MissingActionEnum, {
  name: 'MissingAction',
  description: 'What to do with images whose files are missing.',
  valuesConfig: {
    REMOVE: { description: 'Remove them from the collection.' },
    KEEP: { description: 'Keep them with their previews, and count them no more as missing.' },
  },
});

@ObjectType('IgnoredFiles', {
  description: 'The number of entries of a folder that a load does not take, by reason. A folder counts once.',
})
export class IgnoredFilesType {
  constructor(ignored: IgnoredFiles) {
    Object.assign(this, ignored);
    const { notPicture, junk, excluded, link, unreadable, unsettled } = ignored;
    this.total = notPicture + junk + excluded + link + unreadable + unsettled;
  }

  @Field(() => Int, { description: 'The number of all entries that were not taken.' })
  readonly total: number;

  @Field(() => Int, { description: 'Files whose bytes are no picture.' })
  readonly notPicture!: number;

  @Field(() => Int, { description: 'Files of systems and programs: bins, snapshots, thumbnails, hidden files.' })
  readonly junk!: number;

  @Field(() => Int, { description: 'Entries that a pattern of WENTU_IGNORE or of a .wentuignore file excludes.' })
  readonly excluded!: number;

  @Field(() => Int, { description: 'Links to folders, to files outside of the source, or to nothing.' })
  readonly link!: number;

  @Field(() => Int, { description: 'Files without the name of a picture that could not be read.' })
  readonly unreadable!: number;

  @Field(() => Int, {
    description: 'Files that were still being written; only loads of a watch leave them, for the next load.',
  })
  readonly unsettled!: number;
}

/** The codes of failed items and of failed loads. */
const LOAD_FAILURE_CODES = [...ITEM_ERROR_CODES, ...WENTU_ERROR_CODES, 'INTERNAL'] as const;
type LoadFailureCode = (typeof LOAD_FAILURE_CODES)[number];
const LoadFailureCodeEnum = Object.fromEntries(LOAD_FAILURE_CODES.map((code) => [code, code])) as {
  readonly [Code in LoadFailureCode]: Code;
};
registerEnumType(LoadFailureCodeEnum, {
  name: 'LoadFailureCode',
  description: 'The reason of a failure of a load. docs/errors.md lists all codes with their remedies.',
  valuesConfig: Object.fromEntries(
    LOAD_FAILURE_CODES.map((code) => [code, { description: `${explainCode(code, 'en')}.` }]),
  ),
});

@ObjectType('LoadFailure', { description: 'An item that was not loaded, or the reason why a load as a whole failed.' })
export class LoadFailureType {
  constructor({ item, code, message, detail }: LoadFailure) {
    this.item = item;
    this.code = code;
    this.message = message;
    this.detail = detail ? new FailureDetailType(detail) : null;
  }

  @Field(() => String, { description: 'The path or the id of the item; for a whole load its directory.' })
  readonly item: string;

  @Field(() => String, {
    description: 'The code as text. It may come from another version of Wentu; reason is the enum.',
  })
  readonly code: string;

  @Field(() => LoadFailureCodeEnum, {
    nullable: true,
    description: 'The code as an enum; null for a code of another version of Wentu that this server does not know.',
  })
  get reason(): LoadFailureCode | null {
    return LOAD_FAILURE_CODES.find((code) => code === this.code) ?? null;
  }

  @Field(() => String, { description: 'The problem and its remedy, in English.' })
  readonly message: string;

  @Field(() => FailureDetailType, {
    nullable: true,
    description: 'The key and the values of the message; null for a message that has none.',
  })
  readonly detail: FailureDetailType | null;
}

@ObjectType('LoadJob', {
  implements: NodeType,
  description: 'A load of one source into one collection, or the change of its model.',
})
export class LoadJobType implements NodeType {
  constructor(readonly row: LoadJob) {
    this.id = nodeId('LoadJob', row.id);
    this.collection = row.collection;
    this.kind = row.kind;
    this.model = row.reencode?.model ?? null;
    this.directory = this.withoutPath(row.directory);
    this.isUpload = row.options.isUpload === true;
    this.status = LoadStatusEnum[row.status satisfies LoadStatus];
    this.total = row.total;
    this.processed = row.processed;
    this.loaded = row.loaded;
    this.skipped = row.skipped;
    this.failed = row.failed;
    this.keptOut = row.keptOut;
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

  readonly id: string;

  @Field(() => String, { description: 'The name of the collection. It stays if the collection is dropped.' })
  readonly collection: string;

  @Field(() => JobKindEnum, { description: 'What the job does.' })
  readonly kind: JobKind;

  @Field(() => String, {
    nullable: true,
    description: 'The model to which a job of the kind REENCODE changes; null for a load.',
  })
  readonly model: string | null;

  @Field(() => String, {
    description:
      'The folder of the server that is the source; for an upload uploads/ID, for the kind REENCODE an empty text.',
  })
  readonly directory: string;

  @Field(() => Boolean, { description: 'Whether the source is an upload (createUpload, loadUpload).' })
  readonly isUpload: boolean;

  @Field(() => LoadStatusEnum, { description: 'How far the load is, or how it ended.' })
  readonly status: LoadStatusEnum;

  @Field(() => Int, {
    nullable: true,
    description: 'The number of items in the source, or of images to encode; null while they are counted.',
  })
  readonly total: number | null;

  @Field(() => Int, { description: 'The number of items that are done: loaded + skipped + failed + keptOut.' })
  readonly processed: number;

  @Field(() => Int, {
    description: 'The number of images that this load has made searchable, or that this job has encoded.',
  })
  readonly loaded: number;

  @Field(() => Int, { description: 'The number of pictures that are unchanged since an earlier load.' })
  readonly skipped: number;

  @Field(() => Int, { description: 'The number of items that could not be loaded; failures lists them.' })
  readonly failed: number;

  @Field(() => Int, {
    description:
      'The number of pictures that were left out, because their images were deleted for good (deleteImages).',
  })
  readonly keptOut: number;

  @Field(() => Int, { description: 'The part of loaded that are new versions of existing images.' })
  readonly replaced: number;

  @Field(() => Int, {
    description: 'The number of images that were removed, because their file is deleted or a pattern excludes it now.',
  })
  readonly removed: number;

  @Field(() => Int, {
    description:
      'The number of images whose files are missing, perhaps by accident: a whole folder, many at once, or on another device. ' +
      'They stay until resolveMissing decides about them.',
  })
  readonly missing: number;

  @Field(() => Int, {
    description:
      'The number of folders that could not be read completely; failures lists them. Images in and below them stay.',
  })
  readonly unreadFolders: number;

  @Field(() => IgnoredFilesType, { description: 'Entries of the folder that the load did not take.' })
  readonly ignored: IgnoredFilesType;

  @Field(() => Float, {
    nullable: true,
    description: 'The number of items done per second since the load started; null before the first.',
  })
  readonly imagesPerSecond: number | null;

  @Field(() => LoadFailureType, {
    nullable: true,
    description: 'The reason why the load as a whole failed; null for other loads.',
  })
  readonly error: LoadFailureType | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When the load started; null while it is queued.' })
  readonly startedAt: Date | null;

  @Field(() => GraphQLISODateTime, { nullable: true, description: 'When the load ended; null until then.' })
  readonly finishedAt: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What the load waits for, in English, such as room on the disk of the metadata store; null if it does not wait.',
  })
  async waitingFor(@Ctx() { session }: Context): Promise<string | null> {
    return await session.loads.waitingFor(this.row);
  }

  @Field(() => [LoadFailureType], {
    description: 'Items that were not loaded, in the order of the load. The first 10,000 are kept.',
  })
  async failures(
    @Arg('first', () => Int, { defaultValue: 20, ...FIRST }) first: number,
    @Arg('offset', () => Int, {
      defaultValue: 0,
      description: 'The number of failures to leave out before, 0 or more.',
    })
    offset: number,
    @Ctx() { session, lists }: Context,
  ): Promise<LoadFailureType[]> {
    const failures = await lists.read(() => session.loads.failures(this.row, first, offset));
    return failures.map((failure) => this.failure(failure));
  }

  /** As clients see it. */
  failure({ item, code, message, detail }: LoadFailure): LoadFailureType {
    return new LoadFailureType({
      ...{ item: this.withoutPath(item), code, message: this.withoutPath(message) },
      detail: detail ? { key: detail.key, params: this.paramsWithoutPath(detail.params) } : null,
    });
  }

  private paramsWithoutPath(params: MessageParams): MessageParams {
    const shown = ([name, value]: [string, string | number]) =>
      [name, typeof value === 'string' ? this.withoutPath(value) : value] as const;
    return Object.fromEntries(Object.entries(params).map(shown));
  }

  /** Replaces the server's path of an upload, which clients must not see. */
  private withoutPath(text: string): string {
    const { directory, options } = this.row;
    return options.isUpload === true
      ? text.replaceAll(directory, `uploads/${basename(directory).replace('wentu-upload-', '')}`)
      : text;
  }
}
