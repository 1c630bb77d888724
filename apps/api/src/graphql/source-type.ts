import type { SourceWatch, WatchState } from '@wentu/domain';
import type { Source, SourceState } from '@wentu/session';
import { nodeId } from '@wentu/session';
import { Ctx, Field, Int, ObjectType } from 'type-graphql';
import type { Context } from './context';
import { registerTexts } from './enums';
import { LoadJobType } from './load-job-type';
import { NodeType } from './node';

const SourceStateEnum = registerTexts<SourceState>('SourceState', 'Whether a load can read a source now.', {
  AVAILABLE: 'A load can read the folder.',
  MISSING: 'The folder does not exist now. Its disk may not be connected; its images stay.',
  OUTSIDE_ROOTS: 'The folder is in none of the folders of WENTU_LOAD_ROOTS.',
  UNREADABLE: 'The folder or its disk does not answer, or the server has no permission to read it.',
});

const WatchStateEnum = registerTexts<WatchState | 'STARTING'>('WatchState', 'What the watch of a folder does now.', {
  STARTING: 'No process watches the folder yet. On SQLite only a running server does.',
  EVENTS: 'The system reports changes of the folder.',
  POLLING: 'The folder is compared regularly, because the system reports no changes of it.',
  AWAY: 'The folder does not exist now or does not answer. Nothing is removed, and the watch goes on when it is back.',
});

@ObjectType('SourceWatch', { description: 'The watch of a folder: changes in it are loaded without a request.' })
export class SourceWatchType {
  constructor({ report }: SourceWatch) {
    this.state = report?.state ?? 'STARTING';
    this.problem = report?.problem ?? null;
  }

  @Field(() => WatchStateEnum, { description: 'What the watch does now.' })
  readonly state: WatchState | 'STARTING';

  @Field(() => String, {
    nullable: true,
    description: 'Why the folder is polled or away, with the remedy, in English; null when there is nothing to say.',
  })
  readonly problem: string | null;
}

@ObjectType('Source', {
  implements: NodeType,
  description: 'A folder of the server that was loaded into a collection.',
})
export class SourceType implements NodeType {
  constructor(private readonly source: Source) {
    this.id = nodeId('Source', source.id);
    this.directory = source.directory;
    this.watch = source.watch && new SourceWatchType(source.watch);
    this.lastLoad = source.lastLoad && new LoadJobType(source.lastLoad);
  }

  readonly id: string;

  @Field(() => String, { description: 'The absolute path of the folder.' })
  readonly directory: string;

  @Field(() => LoadJobType, {
    nullable: true,
    description: 'Its newest load, which may not have ended. Null when that is not kept any more.',
  })
  readonly lastLoad: LoadJobType | null;

  @Field(() => SourceWatchType, { nullable: true, description: 'The watch of the folder; null if it is not watched.' })
  readonly watch: SourceWatchType | null;

  @Field(() => SourceStateEnum, { description: 'Whether a load can read the folder now.' })
  async state(@Ctx() { session }: Context): Promise<SourceState> {
    return await session.sources.stateOf(this.source);
  }

  @Field(() => Int, { description: 'The number of images that were loaded from it.' })
  async imageCount(@Ctx() { session }: Context): Promise<number> {
    return await session.sources.countImages(this.source);
  }
}
