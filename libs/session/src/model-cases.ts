import { setTimeout as sleep } from 'node:timers/promises';
import type { CollectionReader, ModelInstall, ModelInstaller, ModelPrecision } from '@wentu/domain';

/** Recall in percent: the share of texts whose picture is among the first 1, 5 and 10 results. */
type Recall = readonly [at1: number, at5: number, at10: number];

/** What is known about a model without the collections. */
export interface ListedFacts {
  readonly name: string;
  /** false: the model is only in the catalogue. */
  readonly installed: boolean;
  readonly shipped: boolean;
  /** New collections get this model at the next start. */
  readonly inUse: boolean;
  readonly space: string | null;
  readonly dimension: number | null;
  readonly sizeBytes: number | null;
  readonly license: string | null;
  readonly origin: string | null;
  readonly recall: { readonly flickr30kCn: Recall; readonly cocoCn: Recall; readonly muge: Recall } | null;
  readonly recallSource: string | null;
  /** How to get a model that is not installed. */
  readonly install: string | null;
  readonly problem: string | null;
}

export interface ModelFacts extends ListedFacts {
  /** The names of the collections that are searched with this model. */
  readonly collections: readonly string[];
}

export interface ModelPorts {
  readonly collections: Pick<CollectionReader, 'list'>;
  readonly listModels: () => Promise<readonly ListedFacts[]>;
  readonly installer: ModelInstaller;
}

const WATCH_MS = 250;

/** Use cases of models: what is installed, what can be, and installations. */
export class ModelCases {
  constructor(private readonly ports: ModelPorts) {}

  /** Installed models, then those of the catalogue that are not installed. */
  async list(): Promise<ModelFacts[]> {
    const [models, collections] = await Promise.all([this.ports.listModels(), this.ports.collections.list()]);
    return models.map((model) => ({
      ...model,
      collections: collections
        .filter(({ activeSpace }) => activeSpace.space === model.space && activeSpace.dimension === model.dimension)
        .map(({ name }) => name),
    }));
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
}
