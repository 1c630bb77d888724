import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConflictError, InvalidInputError, NotFoundError, type ModelInfo } from '@wentu/domain';
import { importModel, loadModel, verifyModel } from '@wentu/encoder';
import { openSqliteStore } from '@wentu/metadata';
import type { Config } from './config';
import { addedModels, chooseModel, findModel, isModelName, shippedModels, writeChoice } from './model-choice';
import { takeLock } from './process-lock';

/** An installed model as `wentu model list` shows it. */
export interface InstalledModel {
  readonly name: string;
  readonly folder: string;
  readonly shipped: boolean;
  /** Runs at the next start. */
  readonly inUse: boolean;
  readonly space: string | null;
  readonly dimension: number | null;
  readonly sizeBytes: number | null;
  readonly license: string | null;
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
}

export interface AddOptions {
  readonly name?: string;
  readonly signal?: AbortSignal;
}

export interface RemovedModel {
  readonly name: string;
  readonly space: string | null;
  /** Cannot be searched until a model of their space runs again. */
  readonly collections: readonly string[];
}

type StoreOptions = Pick<Config, 'dataDir' | 'databasePath' | 'model' | 'upright' | 'background'>;

/** The models that are there: the shipped ones and those in `<data folder>/models`. */
export class ModelStore {
  constructor(private readonly options: StoreOptions) {}

  /** Shipped ones first, then by name. A broken one is listed with its problem. */
  async list(): Promise<InstalledModel[]> {
    // A choice that is broken is what the other commands are there to mend: it must not hide the models.
    const chosen = await chooseModel(this.options).catch(() => null);
    const models: InstalledModel[] = [];
    for (const parent of [shippedModels(), addedModels(this.options.dataDir)]) {
      for (const name of (await readdir(parent).catch(() => [])).sort()) {
        const folder = join(parent, name);
        if (!isModelName(name) || findModel(this.options.dataDir, name) !== folder) continue;
        models.push(await this.describe(name, folder, chosen?.folder === folder));
      }
    }
    return models;
  }

  /**
   * Installs the model in a local folder; it appears whole or not at all.
   * @throws ConflictError when the name is taken, or being added by another process
   */
  async add(source: string, { name, signal }: AddOptions = {}): Promise<ModelInfo> {
    const folder = resolve(source);
    const found = await stat(folder).catch(() => null);
    if (!found?.isDirectory()) throw new NotFoundError(`there is no folder ${folder}; give the folder of a model`);
    return await this.install(folder, name ?? (await this.nameOf(folder)), signal);
  }

  /** Reads every file and compares its SHA-256. @throws InvalidInputError that names the file */
  async verify(name: string): Promise<void> {
    await verifyModel(await loadModel(this.folderOf(name), this.options));
  }

  /** @throws ConflictError when it is the shipped model or the chosen one */
  async remove(name: string): Promise<RemovedModel> {
    const folder = this.folderOf(name);
    if (dirname(folder) === shippedModels())
      throw new ConflictError(`${name} is shipped with Wentu and cannot be removed`);
    const chosen = await chooseModel(this.options);
    if (chosen.folder === folder) {
      throw new ConflictError(
        chosen.from === 'WENTU_MODEL'
          ? `${name} is the model that WENTU_MODEL names; set it to another one first`
          : `${name} is the model in use; choose another one first: wentu model use wentu-mini`,
      );
    }
    const space = (await loadModel(folder, this.options).catch(() => null))?.info.space ?? null;
    const collections = await this.collectionsOf(space);
    // Gone at once for everybody, also when removing its files is interrupted.
    const removed = join(dirname(folder), `.removed-${randomUUID()}`);
    await rename(folder, removed);
    await rm(removed, { recursive: true, force: true });
    return { name, space, collections };
  }

  /** Makes it the model that runs from the next start on. @returns whether WENTU_MODEL, which is set, overrules that */
  async use(name: string): Promise<{ overruled: string | null }> {
    // A model that could not start must not be chosen.
    await loadModel(this.folderOf(name), this.options);
    await writeChoice(this.options.dataDir, name);
    return { overruled: this.options.model };
  }

  private async install(source: string, name: string, signal?: AbortSignal): Promise<ModelInfo> {
    const unlock = await this.claim(name);
    try {
      const target = join(addedModels(this.options.dataDir), name);
      return await importModel(source, target, { name, ...(signal ? { signal } : {}) });
    } finally {
      unlock();
    }
  }

  /** Two that add the same name would write over each other. */
  private async claim(name: string): Promise<() => void> {
    if (!isModelName(name)) {
      throw new InvalidInputError(
        `${JSON.stringify(name)} cannot be the name of a model; give one of latin letters, digits, - _ and . with --name`,
      );
    }
    const partial = join(addedModels(this.options.dataDir), '.partial');
    await mkdir(partial, { recursive: true });
    const unlock = takeLock(join(partial, `${name}.lock`));
    if (!unlock) throw new ConflictError(`another process is adding the model ${name}; wait until it has ended`);
    const taken = join(addedModels(this.options.dataDir), name);
    if (findModel(this.options.dataDir, name) !== null || existsSync(taken)) {
      unlock();
      throw new ConflictError(
        `a model named ${name} is there already; give another name with --name, or remove it first: wentu model remove ${name}`,
      );
    }
    return unlock;
  }

  private async nameOf(folder: string): Promise<string> {
    if (!existsSync(join(folder, 'wentu-model.json'))) return basename(folder);
    return (await loadModel(folder, this.options)).info.name;
  }

  private folderOf(name: string): string {
    const folder = isModelName(name) ? findModel(this.options.dataDir, name) : null;
    if (folder) return folder;
    throw new NotFoundError(
      `no model named ${JSON.stringify(name)} is installed; wentu model list shows those that are`,
    );
  }

  private async describe(name: string, folder: string, inUse: boolean): Promise<InstalledModel> {
    const base = { name, folder, inUse, shipped: dirname(folder) === shippedModels() };
    try {
      const { info, manifest } = await loadModel(folder, this.options);
      const sizeBytes = Object.values(manifest.files).reduce((sum, file) => sum + file.sizeBytes, 0);
      const { space, dimension } = info;
      return { ...base, space, dimension, sizeBytes, license: manifest.license, problem: null };
    } catch (error) {
      const problem = (error as Error).message;
      return { ...base, space: null, dimension: null, sizeBytes: null, license: null, problem };
    }
  }

  private async collectionsOf(space: string | null): Promise<string[]> {
    const { databasePath } = this.options;
    if (space === null || !existsSync(databasePath)) return [];
    const store = await openSqliteStore({ path: databasePath, readOnly: true });
    try {
      const collections = await store.listCollections();
      return collections.filter((collection) => collection.space === space).map((collection) => collection.name);
    } finally {
      await store.close();
    }
  }
}
