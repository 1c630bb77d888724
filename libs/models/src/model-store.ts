import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import { ConflictError, diskError, NotFoundError, type Collection, type ModelInfo } from '@wentu/domain';
import { loadModel, verifyModel } from '@wentu/encoder';
import { catalog, findInCatalog, type CatalogModel } from '@wentu/model-catalog';
import { addModel, REMOVED, type AddOptions, type ModelSettings } from './add-model';
import { chooseModel, findModel, isModelName, shippedModels, writeChoice } from './model-choice';

export type { DownloadProgress, Precision, Proxies } from '@wentu/model-catalog';

/** A model as `wentu model list` shows it. */
export interface ListedModel {
  readonly name: string;
  /** Otherwise the catalogue knows it. */
  readonly installed: boolean;
  /** null: not installed. */
  readonly folder: string | null;
  readonly shipped: boolean;
  /** Runs at the next start. */
  readonly inUse: boolean;
  readonly space: string | null;
  readonly dimension: number | null;
  /** On disk; of one that is not installed about, in fp32. */
  readonly sizeBytes: number | null;
  readonly license: string | null;
  /** As published for the original: zero-shot, text to image, R@1, R@5 and R@10 in percent. */
  readonly recall: CatalogModel['recall'] | null;
  /** How to get one that is not installed. */
  readonly install: string | null;
  /** Why one that is installed cannot be used; null when it can. */
  readonly problem: string | null;
}

export interface RemovedModel {
  readonly name: string;
  readonly space: string | null;
  /** Cannot be searched until a model of their space runs again. */
  readonly collections: readonly string[];
}

export interface ModelStoreOptions extends ModelSettings {
  /** WENTU_MODEL: a folder, or a name; null when it is not set. */
  readonly model: string | null;
}

/** The models that are there: the shipped ones and those in `<data folder>/models`. */
export class ModelStore {
  /** @param listCollections of the database, which need not be open */
  constructor(
    private readonly options: ModelStoreOptions,
    private readonly listCollections: () => Promise<Collection[]>,
  ) {}

  /** Shipped ones, then added ones by name, broken ones too; then those of the catalogue that are not installed. */
  async list(): Promise<ListedModel[]> {
    // A choice that is broken is what the other commands are there to mend: it must not hide the models.
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
    const removed = join(dirname(folder), `${REMOVED}${randomUUID()}`);
    try {
      await rename(folder, removed);
      await rm(removed, { recursive: true, force: true });
    } catch (error) {
      throw diskError(error);
    }
    return { name, space, collections };
  }

  /** Makes it the model that runs from the next start on. @returns whether WENTU_MODEL, which is set, overrules that */
  async use(name: string): Promise<{ overruled: string | null }> {
    // A model that could not start, or gives other vectors than it should, must not be chosen. A start looks at sizes only.
    await this.verify(name);
    await writeChoice(this.options.dataDir, name).catch((error: unknown) => Promise.reject(diskError(error)));
    return { overruled: this.options.model };
  }

  private folderOf(name: string): string {
    const folder = isModelName(name) ? findModel(this.options.dataDir, name) : null;
    if (folder) return folder;
    throw new NotFoundError(
      `no model named ${JSON.stringify(name)} is installed; wentu model list shows those that are`,
    );
  }

  private async describe(name: string, folder: string, inUse: boolean): Promise<ListedModel> {
    const base = { name, installed: true, folder, inUse, shipped: dirname(folder) === shippedModels(), install: null };
    try {
      const { info, manifest } = await loadModel(folder, this.options);
      const sizeBytes = Object.values(manifest.files).reduce((sum, file) => sum + file.sizeBytes, 0);
      const { space, dimension } = info;
      const named = findInCatalog(name.replace(/-(?:fp16|int8)$/, ''));
      // A name can be given to anything; one of another dimension is surely not that model.
      const known = named?.dimension === dimension ? named : null;
      // The hub's files do not say.
      const license = manifest.license === 'unknown' && known ? known.license : manifest.license;
      return { ...base, space, dimension, sizeBytes, license, recall: known?.recall ?? null, problem: null };
    } catch (error) {
      const problem = (error as Error).message;
      return { ...base, space: null, dimension: null, sizeBytes: null, license: null, recall: null, problem };
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
  const known = { name, dimension, license, recall, install, sizeBytes: 4 * parameters };
  return { ...known, installed: false, folder: null, shipped: false, inUse: false, space: null, problem: null };
}
