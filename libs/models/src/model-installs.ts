import { randomUUID } from 'node:crypto';
import { ConflictError, InvalidInputError, LimitExceededError, NotFoundError, WentuError, sentence, type ModelInfo, type ModelInstall, type ModelInstaller, type ModelInstallState, type ModelPrecision } from '@wentu/domain';
import { findInCatalog, type HubAccess } from '@wentu/model-catalog';
import { addModel, removePartial, type AddOptions, type ModelSettings } from './add-model';
import { findModel } from './model-choice';
import { DownloadSpeed } from './download-speed';
import { readInstalls, writeInstalls, type StoredInstall } from './stored-installs';

export type { HubAccess } from '@wentu/model-catalog';

export interface ModelInstallsOptions {
  readonly settings: ModelSettings;
  readonly access: HubAccess;
  /** Called with errors that are bugs; the installation has failed. */
  readonly onError: (error: unknown) => void;
}

/** How a running installation is to end when it is aborted. */
type Wanted = 'PAUSED' | 'CANCELLED';

interface Run {
  readonly install: StoredInstall;
  readonly controller: AbortController;
  wanted: Wanted;
  readonly done: Promise<void>;
}

const MAX_UNFINISHED = 20;
const MAX_ENDED = 20;
const REPOSITORY = /^(?:(hf|huggingface|modelscope):)?(\w[\w.-]{0,95})\/(\w[\w.-]{0,95})(@\w[\w./-]{0,127})?$/i;

/** The installations of a data folder. They survive a restart: those that had not ended are then paused. */
export class ModelInstalls implements ModelInstaller {
  private run: Run | null = null;
  private isClosed = false;
  private saving: Promise<unknown> = Promise.resolve();
  private readonly speed = new DownloadSpeed();

  private constructor(
    private readonly options: ModelInstallsOptions,
    private installs: StoredInstall[],
  ) {}

  /** The caller must own the data folder. */
  static async open(options: ModelInstallsOptions): Promise<ModelInstalls> {
    return new ModelInstalls(options, await readInstalls(options.settings.dataDir));
  }

  async list(): Promise<ModelInstall[]> {
    return this.installs.map((install) => this.show(install));
  }

  async start(text: string, precision: ModelPrecision | null): Promise<ModelInstall> {
    const { source, name } = sourceOf(text);
    if (this.installs.some((each) => each.source === source && !hasEnded(each)))
      throw new ConflictError(sentence('MODEL_INSTALLING', { source }));
    // A repository may describe another name; then the installation fails when the listing is read.
    if (findModel(this.options.settings.dataDir, name) !== null)
      throw new ConflictError(sentence('MODEL_INSTALLED', { model: name }));
    this.requirePlace();
    const install: StoredInstall = {
      ...{ id: randomUUID(), source, name, precision, state: 'QUEUED' },
      ...{ downloadedBytes: 0, totalBytes: null, waitingFor: null, error: null, detail: null, partial: null },
    };
    this.installs.push(install);
    await this.save();
    this.startNext();
    return this.show(install);
  }

  async pause(id: string): Promise<ModelInstall> {
    const install = this.find(id);
    if (hasEnded(install)) throw hasEndedError(install, 'paused');
    await this.leave(install, 'PAUSED');
    return this.show(install);
  }

  async resume(id: string): Promise<ModelInstall> {
    const install = this.find(id);
    if (install.state === 'SUCCEEDED' || install.state === 'CANCELLED') throw hasEndedError(install, 'resumed');
    if (install.state !== 'PAUSED' && install.state !== 'FAILED') return this.show(install);
    if (install.state === 'FAILED') this.requirePlace();
    Object.assign(install, { state: 'QUEUED', error: null, detail: null });
    await this.save();
    this.startNext();
    return this.show(install);
  }

  async cancel(id: string): Promise<ModelInstall> {
    const install = this.find(id);
    if (install.state === 'SUCCEEDED') throw hasEndedError(install, 'cancelled');
    if (install.state !== 'CANCELLED') await this.leave(install, 'CANCELLED');
    return this.show(install);
  }

  /** Pauses the running installation. Nothing is written to the data folder afterwards. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.run) await this.leave(this.run.install, 'PAUSED');
  }

  private async leave(install: StoredInstall, wanted: Wanted): Promise<void> {
    const run = this.run?.install === install ? this.run : null;
    if (run) {
      run.wanted = wanted;
      run.controller.abort();
      await run.done;
      return;
    }
    await this.end(install, wanted);
  }

  private async end(
    install: StoredInstall,
    state: ModelInstallState,
    { error, detail }: Pick<ModelInstall, 'error' | 'detail'> = { error: null, detail: null },
  ): Promise<void> {
    Object.assign(install, { state, error, detail, waitingFor: null });
    if (state === 'CANCELLED') {
      if (install.partial !== null) await removePartial(install.partial, this.options.settings.dataDir);
      Object.assign(install, { downloadedBytes: 0, partial: null });
    }
    const ended = this.installs.filter(hasEnded);
    const forgotten = new Set(ended.slice(0, Math.max(0, ended.length - MAX_ENDED)));
    this.installs = this.installs.filter((each) => !forgotten.has(each));
    await this.save();
  }

  private startNext(): void {
    const next = this.installs.find(({ state }) => state === 'QUEUED');
    if (this.run || !next || this.isClosed) return;
    const controller = new AbortController();
    next.state = 'DOWNLOADING';
    this.speed.restart();
    // The promise settles in a later turn, when `run` is set.
    const done = this.execute(next, controller.signal)
      .catch(this.options.onError)
      .then(() => {
        this.run = null;
        this.startNext();
      });
    this.run = { install: next, controller, wanted: 'PAUSED', done };
  }

  private async execute(install: StoredInstall, signal: AbortSignal): Promise<void> {
    try {
      await this.save();
      const info = await this.add(install, signal);
      Object.assign(install, { name: info.name, partial: null });
      await this.end(install, 'SUCCEEDED');
    } catch (error) {
      if (signal.aborted) return await this.end(install, this.run?.wanted ?? 'PAUSED');
      if (error instanceof WentuError) return await this.end(install, 'FAILED', { error: error.publicMessage, detail: error.detail });
      await this.end(install, 'FAILED', {
        error: 'this is a bug in Wentu; the server log has the details',
        detail: null,
      });
      throw error;
    }
  }

  private async add(install: StoredInstall, signal: AbortSignal): Promise<ModelInfo> {
    const { access, settings } = this.options;
    const options: AddOptions = {
      ...{ access, signal },
      ...(install.precision ? { precision: install.precision } : {}),
      onPlan: ({ name, totalBytes }) => {
        Object.assign(install, { name, totalBytes, partial: name });
        // After a kill, the next process must know where the bytes are.
        this.save().catch(this.options.onError);
      },
      onWait: ({ reason }) => Object.assign(install, { waitingFor: reason }),
      onProgress: ({ receivedInAllBytes }) => {
        this.speed.note(receivedInAllBytes);
        Object.assign(install, { downloadedBytes: receivedInAllBytes, waitingFor: null });
      },
      onImport: () => Object.assign(install, { state: 'IMPORTING', waitingFor: null }),
    };
    return await addModel(install.source, options, settings);
  }

  private show({ precision: _, partial: __, ...install }: StoredInstall): ModelInstall {
    const isDownloading = install.state === 'DOWNLOADING' && install.waitingFor === null;
    return { ...install, bytesPerSecond: isDownloading ? this.speed.bytesPerSecond : null };
  }

  private find(id: string): StoredInstall {
    const install = this.installs.find((each) => each.id === id);
    if (install) return install;
    throw new NotFoundError(`there is no installation ${JSON.stringify(id)}; modelInstalls lists them`);
  }

  private requirePlace(): void {
    if (this.installs.filter((each) => !hasEnded(each)).length < MAX_UNFINISHED) return;
    throw new LimitExceededError(sentence('INSTALLS_UNFINISHED', { max: MAX_UNFINISHED }));
  }

  /** One write after another, each with the newest states. */
  private async save(): Promise<void> {
    const write = this.saving.then(() => writeInstalls(this.options.settings.dataDir, this.installs));
    this.saving = write.catch(() => undefined);
    await write;
  }
}

function hasEnded({ state }: StoredInstall): boolean {
  return state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED';
}

function hasEndedError({ name, state }: StoredInstall, verb: string): ConflictError {
  return new ConflictError(sentence('INSTALL_ENDED', { name, state, verb }));
}

/** @throws InvalidInputError for addresses and folders: clients must not make the server read those */
function sourceOf(text: string): { source: string; name: string } {
  const known = findInCatalog(text);
  if (known?.repository === null) {
    throw new InvalidInputError(
      sentence('NO_EXPORT_HERE', { model: known.name }),
    );
  }
  if (known) return { source: known.name, name: known.name };
  const [, prefix = 'hf', owner, name, revision = ''] = REPOSITORY.exec(text) ?? [];
  if (owner === undefined || name === undefined) {
    throw new InvalidInputError(
      sentence('MODEL_SOURCE_INVALID', { text }),
    );
  }
  const hub = prefix.toLowerCase() === 'modelscope' ? 'modelscope' : 'hf';
  return { source: `${hub}:${owner}/${name}${revision}`, name };
}
