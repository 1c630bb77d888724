import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { ConflictError, InvalidInputError, type ModelInfo } from '@wentu/domain';
import { openImageEncoder } from './image-encoder';
import { copyInto, isNotice, type ImportTask } from './import/layout';
import { listFolder } from './import/model-listing';
import { recogniseModel } from './import/recognise-model';
import { MANIFEST, type ModelManifest } from './manifest';
import { describeFile, loadModel } from './model';
import { openTextEncoder } from './text-encoder';

/** Where the files of a model were downloaded from; kept in its description. */
export type ModelOrigin = NonNullable<ModelManifest['origin']>;

const PREPROCESSING = { upright: true, background: 'white' } as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ENGINE = { device: 'cpu', threads: 1 } as const;

/**
 * Installs a model from a folder of any known layout: writes a Wentu model folder at `target`, which must not exist.
 * When it resolves, both towers have run once. After an error or an abort `target` does not exist.
 *
 * @throws InvalidInputError that names the file and the fault, ConflictError when the target exists
 */
export async function importModel(
  source: string,
  target: string,
  { name, origin, signal }: { name?: string; origin?: ModelOrigin; signal?: AbortSignal } = {},
): Promise<ModelInfo> {
  signal?.throwIfAborted();
  const [from, to] = [resolve(source), resolve(target)];
  if (await stat(to).catch(() => null)) {
    throw new ConflictError(`${target} already exists; remove that model first, or give another name`);
  }
  const model = await recogniseModel(await listFolder(from));
  await mkdir(dirname(to), { recursive: true });
  // mkdtemp would make a folder that only its owner can read, but the server may run as another user.
  const folder = join(dirname(to), `.${basename(to)}-${randomUUID()}`);
  await mkdir(folder);
  try {
    const task: ImportTask = { source: from, folder, name, signal };
    const { manifest, origins } = await model.importFrom(task);
    await writeManifest(folder, { ...manifest, ...(origin ? { origin } : {}) }, signal);
    await copyNotices(task);
    await checkTowers(folder, signal).catch((error: unknown) => {
      throw error instanceof InvalidInputError ? withOrigins(error, folder, from, origins) : error;
    });
    signal?.throwIfAborted();
    await rename(folder, to);
    return (await loadModel(to, PREPROCESSING)).info;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    // A stopped stream throws AbortError with the reason as its cause.
    signal?.throwIfAborted();
    throw error;
  }
}

/** Whether a folder beside the target has the name of an interrupted import. */
export function isHalfImported(folderName: string, target: string): boolean {
  const prefix = `.${basename(target)}-`;
  return folderName.startsWith(prefix) && UUID.test(folderName.slice(prefix.length));
}

async function writeManifest(
  folder: string,
  manifest: Omit<ModelManifest, 'formatVersion' | 'files'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const files: ModelManifest['files'] = {};
  for (const file of await filesIn(folder)) files[file] = await describeFile(join(folder, file), signal);
  await writeFile(join(folder, MANIFEST), `${JSON.stringify({ ...manifest, formatVersion: 2, files }, null, 2)}\n`);
}

/** Paths with `/`, in order. A model has one level of folders. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

/** Notices are not part of the model, so the description does not list them. */
async function copyNotices(task: ImportTask): Promise<void> {
  for (const entry of await readdir(task.source, { withFileTypes: true }))
    if (entry.isFile() && isNotice(entry.name)) await copyInto(task, join(task.source, entry.name), entry.name);
}

/**
 * Runs both towers, also with several rows and with texts of different lengths, because many faults appear only then.
 */
async function checkTowers(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const model = await loadModel(folder, PREPROCESSING);
  const { imageSize, contextLength } = model.info;
  const image = await openImageEncoder(model, { ...ENGINE, batchSize: 2 });
  try {
    const grey = new Uint8Array(3 * imageSize ** 2).fill(128);
    await image.encodeImages([grey, grey], signal).catch(failedRun);
  } finally {
    await image.close();
  }
  const text = await openTextEncoder(model, ENGINE);
  try {
    await text.encodeTexts(['', '图'.repeat(contextLength)], signal).catch(failedRun);
  } finally {
    await text.close();
  }

  function failedRun(error: unknown): never {
    if (error instanceof InvalidInputError || signal?.aborted) throw error;
    throw new InvalidInputError(
      `the model in ${folder} runs on one row, but not on others: ${(error as Error).message}; export it again`,
      { cause: error },
    );
  }
}

/** Replaces paths of the temporary folder, which the reader of the message cannot open. */
function withOrigins(
  error: InvalidInputError,
  folder: string,
  source: string,
  origins: Readonly<Record<string, string>>,
): InvalidInputError {
  let { message } = error;
  for (const [file, origin] of Object.entries(origins)) message = message.replaceAll(join(folder, file), origin);
  return new InvalidInputError(message.replaceAll(folder, source), { cause: error });
}
