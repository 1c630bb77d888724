import type { ExecutionProvider, NewSpace, TextUnderstanding, TowerState } from '@wentu/domain';
import { TowerRegistry, type TowerSource } from '@wentu/encoder';
import type { InstalledModel, InstalledModels } from '@wentu/models';
import type { Remote } from '@wentu/worker-rpc';
import { spanned } from '@wentu/telemetry';
import type { Logger } from 'pino';
import { cannotOpen } from './open-tower';
import type { TextServices, TextWorkerData } from './text-worker';
import { WorkerThread } from './worker-thread';

export interface TextTowersOptions {
  /** The start data of each thread. */
  readonly data: Omit<TextWorkerData, 'model'>;
  /** The memory limit for all open text towers. */
  readonly maxBytes: number;
  readonly log: Logger;
}

interface TextTower {
  readonly provider: ExecutionProvider;
  readonly texts: Remote<TextServices['texts']>;
  readonly explainer: Remote<TextServices['explainer']>;
  close(): Promise<void>;
}

/**
 * The text towers of the installed models. Each open tower has its own thread, because to open a tower blocks its
 * thread, and searches of other collections go on meanwhile.
 */
export class TextTowers {
  private readonly registry: TowerRegistry<TextTower>;
  private onDeath: (error: Error) => void = () => undefined;
  /** Resolves when the thread of a tower has died. */
  readonly died = new Promise<Error>((resolve) => (this.onDeath = resolve));

  constructor(private readonly options: TextTowersOptions) {
    this.registry = new TowerRegistry(options.maxBytes);
  }

  /** Opens the tower, or takes the open one. @returns its execution provider */
  async open(model: InstalledModel): Promise<ExecutionProvider> {
    return await this.use(model, async ({ provider }) => provider);
  }

  /** Opens the tower if it is closed. */
  async encodeTexts(model: InstalledModel, texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    return await spanned('encoding.texts', () =>
      this.use(model, async (tower) => await tower.texts.encodeTexts(texts, signal)),
    );
  }

  /** Opens the tower if it is closed. */
  async explainTexts(model: InstalledModel, texts: readonly string[]): Promise<TextUnderstanding[]> {
    return await spanned('encoding.explain', () =>
      this.use(model, async (tower) => await tower.explainer.explainTexts(texts)),
    );
  }

  stateOf({ key }: InstalledModel): TowerState {
    if (this.registry.openKeys.includes(key)) return 'OPEN';
    return this.registry.keys.includes(key) ? 'OPENING' : 'CLOSED';
  }

  /** Waits until no tower is in use, then closes all. */
  async close(): Promise<void> {
    await Promise.race([this.died, this.registry.close()]);
  }

  private async use<Result>(model: InstalledModel, work: (tower: TextTower) => Promise<Result>): Promise<Result> {
    const { tower, release } = await this.registry.hold(this.sourceOf(model)).catch((error: unknown) => {
      throw cannotOpen(model.info, error);
    });
    return await work(tower).finally(release);
  }

  private sourceOf(model: InstalledModel): TowerSource<TextTower> {
    return { key: model.key, sizeBytes: model.bytes.text, open: () => this.startThread(model) };
  }

  private async startThread(model: InstalledModel): Promise<TextTower> {
    const { data, log } = this.options;
    const thread = new WorkerThread('text worker', { ...data, model }, [], log);
    void thread.died.then(this.onDeath);
    try {
      const provider = await thread.service('thread').open();
      const close = async (): Promise<void> => {
        await thread.service('thread').close();
        await thread.stop();
      };
      return { provider, texts: thread.service('texts'), explainer: thread.service('explainer'), close };
    } catch (error) {
      await thread.stop();
      throw error;
    }
  }
}

/** The towers as pages see them: by the space of a collection. */
export function towersOfSpaces(
  models: InstalledModels,
  towers: TextTowers,
  onError: (error: unknown) => void,
): { stateOf(space: NewSpace): Promise<TowerState>; openFor(space: NewSpace): Promise<TowerState> } {
  const stateOf = (model: InstalledModel | null): TowerState => (model ? towers.stateOf(model) : 'NOT_INSTALLED');
  return {
    stateOf: async (space) => stateOf(await models.findFor(space)),
    async openFor(space) {
      const model = await models.findFor(space);
      // The next search reports the same error with a remedy.
      if (model && stateOf(model) === 'CLOSED') towers.open(model).catch(onError);
      return stateOf(model);
    },
  };
}
