import { setTimeout as sleep } from 'node:timers/promises';
import {
  isSameSpace,
  noCollection,
  normalName,
  type Collection,
  type CollectionReader,
  type ListedModel,
  type ModelAdmin,
  type ModelInstall,
  type ModelInstaller,
  type ModelPrecision,
  type ModelRecommendation,
  type NewSpace,
  type TowerState,
} from '@wentu/domain';

export interface ModelFacts extends ListedModel {
  /** The names of the collections that are searched with this model. */
  readonly collections: readonly string[];
}

export interface ModelPorts {
  readonly collections: Pick<CollectionReader, 'list' | 'find'>;
  readonly models: {
    list(): Promise<readonly ListedModel[]>;
    recommend(): Promise<ModelRecommendation | null>;
    /** Begins to measure the speed of an installed model, in the background. */
    measure(name: string): Promise<void>;
    /** Whether a shipped model makes embeddings of the space. */
    isShipped(space: NewSpace): Promise<boolean>;
  };
  readonly towers: {
    stateOf(space: NewSpace): Promise<TowerState>;
    /** Begins to open a closed text tower. @returns the state after that */
    openFor(space: NewSpace): Promise<TowerState>;
  };
  readonly installer: ModelInstaller;
  readonly admin: ModelAdmin;
}

const WATCH_MS = 250;

/** Use cases of models: what is installed, what can be, and installations. */
export class ModelCases {
  constructor(private readonly ports: ModelPorts) {}

  /** Installed models, then those of the catalogue that are not installed. Models without a speed are measured. */
  async list(): Promise<ModelFacts[]> {
    const models = await this.ports.models.list();
    for (const { name, installed, problem, speed } of models)
      if (installed && problem === null && speed === null) await this.ports.models.measure(name);
    return await this.withCollections(models);
  }

  /** The model that suits this machine best; null when none does. */
  async recommended(): Promise<(ModelRecommendation & { readonly model: ModelFacts }) | null> {
    const found = await this.ports.models.recommend();
    if (!found) return null;
    const [model] = await this.withCollections([found.model]);
    return { ...found, model: model as ModelFacts };
  }

  /** @returns the models afterwards @throws as `ModelAdmin.remove` */
  async remove(name: string): Promise<ModelFacts[]> {
    await this.ports.admin.remove(name);
    return await this.list();
  }

  /** @returns the models afterwards @throws as `ModelAdmin.use` */
  async setDefault(name: string): Promise<ModelFacts[]> {
    await this.ports.admin.use(name);
    return await this.list();
  }

  /** Whether the text tower of the collection's model is open. */
  async stateOf({ activeSpace }: Pick<Collection, 'activeSpace'>): Promise<TowerState> {
    return await this.ports.towers.stateOf(activeSpace);
  }

  /** Whether the collection is searched with a shipped model, which is for a first try. */
  async isDemonstration({ activeSpace }: Pick<Collection, 'activeSpace'>): Promise<boolean> {
    return await this.ports.models.isShipped(activeSpace);
  }

  /** Begins to open the text tower of the collection's model, so that the first search waits less. */
  async open(collection: string): Promise<TowerState> {
    const name = normalName(collection);
    const found = await this.ports.collections.find(name);
    if (!found) throw noCollection(name);
    return await this.ports.towers.openFor(found.activeSpace);
  }

  async installs(): Promise<ModelInstall[]> {
    return await this.ports.installer.list();
  }

  /** @throws as `ModelInstaller.start` */
  async install(source: string, precision: ModelPrecision | null): Promise<ModelInstall> {
    return await this.ports.installer.start(source, precision);
  }

  async pauseInstall(id: string): Promise<ModelInstall> {
    return await this.ports.installer.pause(id);
  }

  async resumeInstall(id: string): Promise<ModelInstall> {
    return await this.ports.installer.resume(id);
  }

  async cancelInstall(id: string): Promise<ModelInstall> {
    return await this.ports.installer.cancel(id);
  }

  /** Yields all installations at once, then each one that has changed, at most four times a second, until the abort. */
  async *watchInstalls(signal: AbortSignal): AsyncGenerator<ModelInstall> {
    let known = new Map<string, string>();
    while (!signal.aborted) {
      const installs = await this.ports.installer.list();
      const states = new Map(installs.map((install) => [install.id, JSON.stringify(install)]));
      for (const install of installs) if (states.get(install.id) !== known.get(install.id)) yield install;
      known = states;
      // An abort ends the watch without an error.
      await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async withCollections(models: readonly ListedModel[]): Promise<ModelFacts[]> {
    const collections = await this.ports.collections.list();
    return models.map((model) => ({
      ...model,
      collections: collections.filter(({ activeSpace }) => isSameSpace(activeSpace, model)).map(({ name }) => name),
    }));
  }
}
