import type { ModelInstall, ModelPrecision, TowerState } from '@wentu/domain';
import { Arg, Ctx, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from './context';
import { ModelStateEnum } from './enums';
import { ModelInstallType, ModelPrecisionEnum, ModelRecommendationType, ModelType } from './model-type';

const INSTALL_ID = { description: 'The id of an installation that has not ended, or that failed.' };

const NAME = { description: 'The name of an installed model.' };

@Resolver()
export class ModelResolver {
  @Query(() => [ModelType], {
    description: 'The shipped models, then other installed ones, then those of the catalogue that can be installed.',
  })
  async models(@Ctx() { session }: Context): Promise<ModelType[]> {
    return (await session.models.list()).map((facts) => new ModelType(facts));
  }

  @Query(() => ModelRecommendationType, {
    nullable: true,
    description: 'The model that suits this machine best, by its memory and cores; null if none fits.',
  })
  async recommendedModel(@Ctx() { session }: Context): Promise<ModelRecommendationType | null> {
    const found = await session.models.recommended();
    return found && new ModelRecommendationType(found);
  }

  @Query(() => [ModelInstallType], {
    description: 'Installations that have not ended, and the last 20 that have, oldest first.',
  })
  async modelInstalls(@Ctx() { session }: Context): Promise<ModelInstallType[]> {
    return (await session.models.installs()).map((install) => new ModelInstallType(install));
  }

  @Mutation(() => ModelStateEnum, {
    description:
      'Begins to open the model of a collection, and answers at once: call it when a user chooses the collection, so that the first search waits less. Collection.modelState changes to OPEN.',
  })
  async openModel(
    @Arg('collection', () => String, { description: 'The name of the collection.' }) collection: string,
    @Ctx() { session }: Context,
  ): Promise<TowerState> {
    return await session.models.open(collection);
  }

  @Mutation(() => [ModelType], {
    description:
      'Removes an installed model and gives the models that are left. CONFLICT for a shipped model, for the default one, and while a collection needs it; the message names these collections.',
  })
  async removeModel(@Arg('name', () => String, NAME) name: string, @Ctx() { session }: Context): Promise<ModelType[]> {
    return (await session.models.remove(name)).map((facts) => new ModelType(facts));
  }

  @Mutation(() => [ModelType], {
    description:
      'Chooses the model of new collections after the next start, as wentu model use does, and gives all models. All of its files are checked first. CONFLICT when WENTU_MODEL is set.',
  })
  async setDefaultModel(
    @Arg('name', () => String, NAME) name: string,
    @Ctx() { session }: Context,
  ): Promise<ModelType[]> {
    return (await session.models.setDefault(name)).map((facts) => new ModelType(facts));
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
