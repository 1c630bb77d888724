import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import {
  ConflictError,
  diskError,
  NotFoundError,
  type ListedModel,
  type ModelInfo,
  type ModelRecommendation,
  type NewSpace,
} from '@wentu/domain';
import { loadModel, towerBytes, verifyModel } from '@wentu/encoder';
import { catalog, findInCatalog, type CatalogModel } from '@wentu/model-catalog';
import { addModel, REMOVED, type AddOptions, type ModelSettings } from './add-model';
import { chooseModel, findModel, isModelName, shippedModels, writeChoice } from './model-choice';
import { machineOf, readSpeeds, speedKey, type SpeedSettings, type Speeds } from './model-speeds';
import { recommendModel } from './recommend-model';

export type { DownloadPlan, DownloadProgress, DownloadWait, HubAccess, Precision } from '@wentu/model-catalog';

/** A model as `wentu model list` shows it. */
export interface StoredModel extends ListedModel {
  /** null: the model is not installed. */
  readonly folder: string | null;
}

/** A collection with all of its embedding spaces. */
export interface CollectionSpaces {
  readonly name: string;
  readonly spaces: readonly NewSpace[];
}

export interface ModelStoreOptions extends ModelSettings, SpeedSettings {
  /** WENTU_MODEL: a folder or a name; null when it is not set. */
  readonly model: string | null;
}

/** The models: shipped ones, and those in `<data folder>/models`. */
export class ModelStore {
  /** @param listSpaces lists the collections of the database; the database need not be open */
  constructor(
    private readonly options: ModelStoreOptions,
    private readonly listSpaces: () => Promise<CollectionSpaces[]>,
  ) {}

  /**
   * Lists shipped models, then added ones by name (also broken ones), then those of the catalogue that are not
   * installed.
   */
  async list(): Promise<StoredModel[]> {
    // The user needs this list to correct a broken choice, so a broken choice must not make it fail.
    const chosen = await chooseModel(this.options).catch(() => null);
    const speeds = (await readSpeeds(this.options.dataDir))[machineOf(this.options)] ?? {};
    const models: StoredModel[] = [];
    for (const parent of [shippedModels(), addedModels(this.options.dataDir)]) {
      for (const name of (await readdir(parent).catch(() => [])).sort()) {
        const folder = join(parent, name);
        if (!isModelName(name) || findModel(this.options.dataDir, name) !== folder) continue;
        models.push(await this.describe(name, folder, chosen?.folder === folder, speeds));
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

  /** The model of the catalogue that suits this machine best; null when none does. */
  async recommend(hasGpu: boolean): Promise<ModelRecommendation | null> {
    return recommendModel(await this.list(), hasGpu);
  }

  /**
   * @throws ConflictError when the model is shipped, is the chosen one, or a collection needs it. A damaged model may
   * be removed, because its collections need another copy.
   */
  async remove(name: string): Promise<void> {
    const folder = this.folderOf(name);
    if (dirname(folder) === shippedModels())
      throw new ConflictError(`${name} is shipped with Wentu and cannot be removed`);
    const chosen = await chooseModel(this.options);
    if (chosen.folder === folder) {
      throw new ConflictError(
        chosen.from === 'WENTU_MODEL'
          ? `${name} is the model that WENTU_MODEL names; set it to another one first`
          : `${name} is the model in use; choose another one first: wentu model use wentu-mini, or the mutation setDefaultModel`,
      );
    }
    const needed = await this.neededBy(name, folder);
    if (needed.length > 0) {
      throw new ConflictError(
        `the model ${name} is needed by ${needed.map((each) => JSON.stringify(each)).join(', ')}: no other installed model makes their embeddings. ` +
          'Give these collections another model (reencodeCollection), drop the embeddings that they keep of this one (dropSpace), or drop the collections first',
      );
    }
    // The rename removes the model at once for every process, even if deleting its files is interrupted.
    const removed = join(dirname(folder), `${REMOVED}${randomUUID()}`);
    try {
      await rename(folder, removed);
      await rm(removed, { recursive: true, force: true });
    } catch (error) {
      throw diskError(error);
    }
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

  private async describe(name: string, folder: string, inUse: boolean, speeds: Speeds): Promise<StoredModel> {
    const base = { name, installed: true, folder, inUse, shipped: dirname(folder) === shippedModels(), install: null };
    try {
      const { info, manifest } = await loadModel(folder, this.options);
      const sizeBytes = Object.values(manifest.files).reduce((sum, file) => sum + file.sizeBytes, 0);
      const { image, text } = towerBytes(manifest);
      const { space, dimension } = info;
      const { origin: from } = manifest;
      const named =
        findInCatalog(from?.source.replace(/^hf:/, '') ?? '') ?? findInCatalog(name.replace(/-(?:fp16|int8)$/, ''));
      // Users can give any name. A model of another dimension is certainly not the one in the catalogue.
      const known = named?.dimension === dimension ? named : null;
      // Importing gives a model without a title its name.
      const title = manifest.title.en === manifest.name ? (known?.title ?? null) : manifest.title;
      return {
        ...{ ...base, title, space, dimension, sizeBytes, memoryBytes: image + text },
        languages: known?.languages ?? (base.shipped ? ['zh'] : []),
        // The files of the hub do not contain the licence.
        license: manifest.license === 'unknown' && known ? known.license : manifest.license,
        origin: from ? `${from.source}@${from.revision}` : null,
        recall: known?.recall ?? null,
        recallSource: known?.recallSource ?? null,
        speed: speeds[speedKey({ info, bytes: { image, text } })] ?? null,
        problem: null,
      };
    } catch (error) {
      const problem = (error as Error).message;
      const sizes = { dimension: null, sizeBytes: null, memoryBytes: null, speed: null };
      const unknown = { title: null, languages: [], space: null, license: null, origin: null };
      return { ...base, ...sizes, ...unknown, recall: null, recallSource: null, problem };
    }
  }

  /** The collections with a space that only this model makes. */
  private async neededBy(name: string, folder: string): Promise<string[]> {
    const info = (await loadModel(folder, this.options).catch(() => null))?.info;
    if (!info) return [];
    const isMade = ({ space, dimension }: Pick<StoredModel, 'space' | 'dimension'>): boolean =>
      space === info.space && dimension === info.dimension;
    if ((await this.list()).some((model) => model.folder !== null && model.folder !== folder && isMade(model)))
      return [];
    const needed = (await this.listSpaces()).filter(({ spaces }) => spaces.some(isMade));
    const isDamaged = needed.length > 0 && (await this.verify(name).then(() => false, () => true));
    return isDamaged ? [] : needed.map((collection) => collection.name);
  }
}

function fromCatalog(model: CatalogModel): StoredModel {
  const { name, title, languages, repository, dimension, parameters, license, recall, recallSource } = model;
  const install = repository === null ? 'export it with tools/export-chinese-clip' : `wentu model add ${name}`;
  const [sizeBytes, memoryBytes] = [4 * parameters, 4 * parameters];
  const known = { name, title, languages, dimension, license, recall, recallSource, install, sizeBytes, memoryBytes };
  const absent = { installed: false, folder: null, shipped: false, inUse: false, space: null, origin: null };
  return { ...known, ...absent, speed: null, problem: null };
}
