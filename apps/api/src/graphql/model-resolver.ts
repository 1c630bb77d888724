import type { ModelInstall, ModelPrecision } from '@wentu/domain';
import { Arg, Ctx, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from './context';
import { ModelInstallType, ModelPrecisionEnum, ModelType } from './model-type';

const INSTALL_ID = { description: 'The id of an installation that has not ended, or that failed.' };

@Resolver()
export class ModelResolver {
  @Query(() => [ModelType], {
    description: 'The shipped models, then other installed ones, then those of the catalogue that can be installed.',
  })
  async models(@Ctx() { session }: Context): Promise<ModelType[]> {
    return (await session.models.list()).map((facts) => new ModelType(facts));
  }

  @Query(() => [ModelInstallType], {
    description: 'Installations that have not ended, and the last 20 that have, oldest first.',
  })
  async modelInstalls(@Ctx() { session }: Context): Promise<ModelInstallType[]> {
    return (await session.models.installs()).map((install) => new ModelInstallType(install));
  }

  @Mutation(() => ModelInstallType, {
    description:
      'Downloads and installs a model. Collections can be searched with it as soon as it is installed, without a restart.',
  })
  async installModel(
    @Arg('name', () => String, {
      description:
        'A name that models lists, or a repository of a hub: hf:OWNER/NAME or modelscope:OWNER/NAME, each perhaps with @REVISION.',
    })
    name: string,
    @Arg('precision', () => ModelPrecisionEnum, {
      nullable: true,
      description: 'The number format of the weights. By default it is fp32, or the only one of the repository.',
    })
    precision: ModelPrecision | null,
    @Ctx() { session }: Context,
  ): Promise<ModelInstallType> {
    return new ModelInstallType(await session.models.install(name, precision ?? null));
  }

  @Mutation(() => ModelInstallType, {
    description: 'Stops an installation and keeps the bytes that have arrived.',
  })
  async pauseModelInstall(
    @Arg('id', () => ID, INSTALL_ID) id: string,
    @Ctx() { session }: Context,
  ): Promise<ModelInstallType> {
    return new ModelInstallType(await session.models.pauseInstall(id));
  }

  @Mutation(() => ModelInstallType, {
    description: 'Continues an installation that is paused or failed. It waits for the others in the queue.',
  })
  async resumeModelInstall(
    @Arg('id', () => ID, INSTALL_ID) id: string,
    @Ctx() { session }: Context,
  ): Promise<ModelInstallType> {
    return new ModelInstallType(await session.models.resumeInstall(id));
  }

  @Mutation(() => ModelInstallType, {
    description: 'Ends an installation and removes the bytes that have arrived.',
  })
  async cancelModelInstall(
    @Arg('id', () => ID, INSTALL_ID) id: string,
    @Ctx() { session }: Context,
  ): Promise<ModelInstallType> {
    return new ModelInstallType(await session.models.cancelInstall(id));
  }

  @Subscription(() => ModelInstallType, {
    description:
      'All installations at once, then each one that has changed, at most four times a second. It never ends.',
    subscribe: ({ context }: { context: Context }) => context.session.models.watchInstalls(context.signal),
  })
  modelInstallChanged(@Root() install: ModelInstall, @Ctx() { lists }: Context): ModelInstallType {
    lists.beginAnswer();
    return new ModelInstallType(install);
  }
}
