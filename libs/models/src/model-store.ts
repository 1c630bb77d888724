import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import { ConflictError, diskError, NotFoundError, type Collection, type ModelInfo } from '@wentu/domain';
import { loadModel, verifyModel } from '@wentu/encoder';
import { catalog, findInCatalog, RECALL_SOURCE, type CatalogModel } from '@wentu/model-catalog';
import { addModel, REMOVED, type AddOptions, type ModelSettings } from './add-model';
import { chooseModel, findModel, isModelName, shippedModels, writeChoice } from './model-choice';

export type { DownloadPlan, DownloadProgress, DownloadWait, HubAccess, Precision } from '@wentu/model-catalog';

/** A model as `wentu model list` shows it. */
export interface ListedModel {
  readonly name: string;
  /** false: the model is only in the catalogue. */
  readonly installed: boolean;
  /** null: the model is not installed. */
  readonly folder: string | null;
  readonly shipped: boolean;
  /** The model runs at the next start. */
  readonly inUse: boolean;
  readonly space: string | null;
  readonly dimension: number | null;
  /** Size on disk; for a model that is not installed, the approximate size in fp32. */
  readonly sizeBytes: number | null;
  readonly license: string | null;
  /**
   * Where the files were downloaded from, with the commit: `hf:OWNER/NAME@COMMIT`; null: unknown, or not downloaded.
   */
  readonly origin: string | null;
  /** Published values for the original model: zero-shot, text to image, R@1, R@5 and R@10 in percent. */
  readonly recall: CatalogModel['recall'] | null;
  /** The page that publishes `recall`; null: no recall. */
  readonly recallSource: string | null;
  /** How to get a model that is not installed. */
  readonly install: string | null;
  /** Why an installed model cannot be used; null when it can. */
  readonly problem: string | null;
}

export interface RemovedModel {
  readonly name: string;
  readonly space: string | null;
  /** Collections that cannot be searched until a model of their space is installed again. */
  readonly collections: readonly string[];
}

export interface ModelStoreOptions extends ModelSettings {
  /** WENTU_MODEL: a folder or a name; null when it is not set. */
  readonly model: string | null;
}

/** The models: shipped ones, and those in `<data folder>/models`. */
export class ModelStore {
  /** @param listCollections lists the collections of the database; the database need not be open */
  constructor(
    private readonly options: ModelStoreOptions,
    private readonly listCollections: () => Promise<Collection[]>,
  ) {}

  /**
   * Lists shipped models, then added ones by name (also broken ones), then those of the catalogue that are not
   * installed.
   */
  async list(): Promise<ListedModel[]> {
    // The user needs this list to correct a broken choice, so a broken choice must not make it fail.
    const chosen = await chooseModel(this.options).catch(() => null);
    const models: ListedModel[] = [];
    for (const parent of [shippedModels(), addedModels(this.options.dataDir)]) {
      for (const name of (await readdir(parent).catch(() => [])).sort()) {
        const folder = join(parent, name);
        if (!isModelName(name) || findModel(this.options.dataDir, name) !== folder) continue;
        models.push(await this.describe(name, folder, chosen?.folder === folder));
      }
    }
    return [...models, ...catalog.filter(({ name }) => !models.some((model) => model.name === name)).map(fromCatalog)];
  }

  /** See `addModel`. */
  async add(source: string, options: AddOptions): Promise<ModelInfo> {
    return await addModel(source, options, this.options);
  }

  /** Compares the SHA-256 of every file. @throws InvalidInputError with the name of the file */
  async verify(name: string): Promise<void> {
    await verifyModel(await loadModel(this.folderOf(name), this.options));
  }

  /** @throws ConflictError when the model is shipped, or is the chosen one */
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
    const isMadeByAnother = (await this.list()).some((model) => model.folder !== folder && model.space === space);
    const collections = isMadeByAnother ? [] : await this.collectionsOf(space);
    // The rename removes the model at once for every process, even if deleting its files is interrupted.
    const removed = join(dirname(folder), `${REMOVED}${randomUUID()}`);
    try {
      await rename(folder, removed);
      await rm(removed, { recursive: true, force: true });
    } catch (error) {
      throw diskError(error);
    }
    return { name, space, collections };
  }

  /**
   * Chooses the model for the next start. @returns the value of WENTU_MODEL, which overrules the choice when it is set
   */
  async use(name: string): Promise<{ overruled: string | null }> {
    // A model that cannot start or gives wrong vectors must not be chosen. A start compares only the sizes of files.
    await this.verify(name);
    await writeChoice(this.options.dataDir, name).catch((error: unknown) => Promise.reject(diskError(error)));
    return { overruled: this.options.model };
  }

  private folderOf(name: string): string {
    const folder = isModelName(name) ? findModel(this.options.dataDir, name) : null;
    if (folder) return folder;
    throw new NotFoundError(
      `no model named ${JSON.stringify(name)} is installed; wentu model list shows the installed ones`,
    );
  }

  private async describe(name: string, folder: string, inUse: boolean): Promise<ListedModel> {
    const base = { name, installed: true, folder, inUse, shipped: dirname(folder) === shippedModels(), install: null };
    try {
      const { info, manifest } = await loadModel(folder, this.options);
      const sizeBytes = Object.values(manifest.files).reduce((sum, file) => sum + file.sizeBytes, 0);
      const { space, dimension } = info;
      const named = findInCatalog(name.replace(/-(?:fp16|int8)$/, ''));
      // Users can give any name. A model of another dimension is certainly not the one in the catalogue.
      const known = named?.dimension === dimension ? named : null;
      // The files of the hub do not contain the licence.
      const license = manifest.license === 'unknown' && known ? known.license : manifest.license;
      const { origin: from } = manifest;
      const origin = from ? `${from.source}@${from.revision}` : null;
      const [recall, recallSource] = known ? [known.recall, RECALL_SOURCE] : [null, null];
      return { ...base, space, dimension, sizeBytes, license, origin, recall, recallSource, problem: null };
    } catch (error) {
      const problem = (error as Error).message;
      const unknown = { space: null, dimension: null, sizeBytes: null, license: null, origin: null };
      return { ...base, ...unknown, recall: null, recallSource: null, problem };
    }
  }

  private async collectionsOf(space: string | null): Promise<string[]> {
    if (space === null) return [];
    const collections = await this.listCollections();
    return collections.filter(({ activeSpace }) => activeSpace.space === space).map((collection) => collection.name);
  }
}

function fromCatalog({ name, repository, dimension, parameters, license, recall }: CatalogModel): ListedModel {
  const install = repository === null ? 'export it with tools/export-chinese-clip' : `wentu model add ${name}`;
  const known = { name, dimension, license, recall, recallSource: RECALL_SOURCE, install, sizeBytes: 4 * parameters };
  const absent = { installed: false, folder: null, shipped: false, inUse: false, space: null, origin: null };
  return { ...known, ...absent, problem: null };
}
