import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { addedModels, takeLock } from '@wentu/data-folder';
import { ConflictError, diskError, InvalidInputError, NotFoundError, sentence, type ModelInfo } from '@wentu/domain';
import { importModel, isHalfImported, loadModel, recogniseModel, type ModelOrigin } from '@wentu/encoder';
import {
  findInCatalog,
  isRemote,
  ModelDownloader,
  type DownloadPlan,
  type DownloadProgress,
  type DownloadWait,
  type HubAccess,
  type Precision,
} from '@wentu/model-catalog';
import { findModel, isModelName, shippedModels } from './model-choice';
import { interruptedRevision, partialModels, writeOrigin } from './partial-models';

export interface AddOptions {
  readonly name?: string;
  readonly precision?: Precision;
  readonly mirror?: string;
  readonly access: HubAccess;
  readonly signal?: AbortSignal;
  /** Called before the download, when the layout is recognised and the size is known. */
  readonly onPlan?: (plan: DownloadPlan) => void;
  /** Called when a server asks to wait, or fails and is asked again. */
  readonly onWait?: (wait: DownloadWait) => void;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called when all files are downloaded, before they are installed. */
  readonly onImport?: () => void;
}

/** Prefix of the folders of models that are being removed. */
export const REMOVED = '.removed-';

export interface ModelSettings {
  readonly dataDir: string;
  /** The address of a mirror of the model hub; null: the hub itself. */
  readonly modelMirror: string | null;
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
}

/**
 * Installs a model from a folder, an address, or its name in the catalogue. The model appears only when it is complete.
 * The same call continues a download that was stopped.
 * @throws ConflictError when the name is taken, or another process is adding it; UnavailableError offline
 */
export async function addModel(source: string, options: AddOptions, settings: ModelSettings): Promise<ModelInfo> {
  // A name of the catalogue that cannot be downloaded can only mean a folder.
  const isFolder = !isRemote(source) || (findInCatalog(source)?.repository === null && existsSync(source));
  try {
    return isFolder ? await addFolder(resolve(source), options, settings) : await addRemote(source, options, settings);
  } catch (error) {
    throw diskError(error);
  }
}

async function addFolder(folder: string, options: AddOptions, settings: ModelSettings): Promise<ModelInfo> {
  const { precision, mirror, signal } = options;
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) {
    throw new NotFoundError(
      `there is no folder ${folder}; give the folder of a model, its address, or a name that wentu model list shows`,
    );
  }
  if (precision !== undefined || mirror !== undefined)
    throw new InvalidInputError(`--precision and --mirror are for models that are downloaded; ${folder} is a folder`);
  const own = existsSync(join(folder, 'wentu-model.json')) ? (await loadModel(folder, settings)).info.name : null;
  const name = options.name ?? own ?? basename(folder);
  const unlock = await claim(name, settings.dataDir);
  try {
    return await install(folder, name, settings.dataDir, signal);
  } finally {
    unlock();
  }
}

async function addRemote(source: string, options: AddOptions, settings: ModelSettings): Promise<ModelInfo> {
  const { access, precision, signal, onWait } = options;
  const mirror = options.mirror ?? settings.modelMirror;
  const downloader = new ModelDownloader({ ...access, mirror, ...(onWait ? { onWait } : {}) });
  try {
    const plan = await downloader.plan(
      source,
      {
        recognise: recogniseModel,
        interrupted: (from, requested) => interruptedRevision(settings.dataDir, from, requested),
        ...(precision ? { precision } : {}),
        ...(options.mirror === undefined ? {} : { mirror: options.mirror }),
      },
      signal,
    );
    const name = options.name ?? plan.name;
    const unlock = await claim(name, settings.dataDir);
    try {
      options.onPlan?.(plan);
      return await downloadAndInstall(downloader, plan, name, options, settings);
    } finally {
      unlock();
    }
  } finally {
    await downloader.close();
  }
}

async function downloadAndInstall(
  downloader: ModelDownloader,
  plan: DownloadPlan,
  name: string,
  { signal, onProgress, onImport }: AddOptions,
  { dataDir }: ModelSettings,
): Promise<ModelInfo> {
  const partial = join(partialModels(dataDir), name);
  await mkdir(partial, { recursive: true });
  if (plan.origin) await writeOrigin(partial, plan.origin);
  const files = await downloader.download(plan, partial, {
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  onImport?.();
  const info = await install(files, name, dataDir, signal, plan.origin).catch(async (error: unknown) => {
    // Files that are not a valid model would not be valid next time either. After other errors, such as a full disk,
    // the next call continues with these files.
    if (error instanceof InvalidInputError) await rm(partial, { recursive: true, force: true });
    throw error;
  });
  await rm(partial, { recursive: true, force: true });
  return info;
}

async function install(
  source: string,
  name: string,
  dataDir: string,
  signal?: AbortSignal,
  origin: ModelOrigin | null = null,
): Promise<ModelInfo> {
  return await importModel(source, join(addedModels(dataDir), name), {
    name,
    ...(origin ? { origin: { source: origin.source, revision: origin.revision } } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** Two processes that add the same name would overwrite each other. @returns a function that releases the name */
async function claim(name: string, dataDir: string): Promise<() => void> {
  if (!isModelName(name)) {
    throw new InvalidInputError(
      sentence('MODEL_NAME_INVALID', { name }),
    );
  }
  const locks = join(addedModels(dataDir), '.locks');
  await mkdir(locks, { recursive: true });
  const unlock = takeLock(join(locks, name));
  if (!unlock) throw new ConflictError(sentence('MODEL_BEING_ADDED', { model: name }));
  const there = findModel(dataDir, name);
  if (there === null) {
    await removeLeftovers(name, dataDir);
    return unlock;
  }
  unlock();
  throw new ConflictError(
    dirname(there) === shippedModels()
      ? sentence('MODEL_SHIPPED', { model: name })
      : sentence('MODEL_EXISTS', { model: name, again: name }),
  );
}

/** Removes what an interrupted download has left, unless an installation of this name is running. */
export async function removePartial(name: string, dataDir: string): Promise<void> {
  const unlock = await claim(name, dataDir).catch((error: unknown) => {
    // Another process is adding the model, or it is installed; then there is nothing to remove.
    if (error instanceof ConflictError) return null;
    throw error;
  });
  if (unlock === null) return;
  try {
    await rm(join(partialModels(dataDir), name), { recursive: true, force: true });
  } catch (error) {
    throw diskError(error);
  } finally {
    unlock();
  }
}

/**
 * Removes partial installations of killed processes (no other process has the name now), and models whose removal was
 * interrupted.
 */
async function removeLeftovers(name: string, dataDir: string): Promise<void> {
  for (const entry of await readdir(addedModels(dataDir))) {
    if (isHalfImported(entry, join(addedModels(dataDir), name)) || entry.startsWith(REMOVED))
      await rm(join(addedModels(dataDir), entry), { recursive: true, force: true });
  }
}
