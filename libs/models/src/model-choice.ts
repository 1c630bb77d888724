import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { addedModels, choiceFile, replaceFile } from '@wentu/data-folder';
import { InvalidInputError } from '@wentu/domain';

const SHIPPED_MODELS = resolve(__dirname, '../../../models');
const DEFAULT_MODEL = 'wentu-mini';
const MAX_NAME_LENGTH = 128;

/** Where models are, and the WENTU_MODEL setting. */
export interface ModelPlaces {
  readonly dataDir: string;
  /** WENTU_MODEL: a folder or a name; null when it is not set. */
  readonly model: string | null;
}

/** The model to run, and where the choice comes from. */
export interface ModelChoice {
  readonly folder: string;
  readonly from: 'WENTU_MODEL' | 'wentu model use' | 'default';
}

/** @throws InvalidInputError when the chosen model does not exist */
export async function chooseModel({ dataDir, model }: ModelPlaces): Promise<ModelChoice> {
  if (model !== null) return { folder: findGiven(dataDir, model), from: 'WENTU_MODEL' };
  const chosen = await readChoice(dataDir);
  if (chosen === null) return { folder: join(SHIPPED_MODELS, DEFAULT_MODEL), from: 'default' };
  const folder = isModelName(chosen) ? findModel(dataDir, chosen) : null;
  if (folder !== null) return { folder, from: 'wentu model use' };
  throw new InvalidInputError(
    `${choiceFile(dataDir)} chooses the model ${JSON.stringify(chosen)}, which is not installed; ` +
      `add it again with wentu model add, or choose another one: wentu model use ${DEFAULT_MODEL}`,
  );
}

/** Chooses the model that runs when WENTU_MODEL is not set. */
export async function writeChoice(dataDir: string, name: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await replaceFile(choiceFile(dataDir), `${name}\n`);
}

export const shippedModels = (): string => SHIPPED_MODELS;

/** The folder of an installed model, valid or broken; null when there is none. */
export function findModel(dataDir: string, name: string): string | null {
  const folders = [SHIPPED_MODELS, addedModels(dataDir)].map((parent) => join(parent, name));
  return folders.find((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory()) ?? null;
}

/** A name becomes a folder, so it must be valid on every system. */
export function isModelName(name: string): boolean {
  return /^[a-zA-Z0-9][\w.-]*$/.test(name) && !name.endsWith('.') && name.length <= MAX_NAME_LENGTH;
}

function findGiven(dataDir: string, model: string): string {
  const looksLikePath = isAbsolute(model) || model.includes('/') || model.includes(sep);
  const folder = looksLikePath ? resolve(model) : isModelName(model) ? findModel(dataDir, model) : null;
  if (folder !== null && existsSync(join(folder, 'wentu-model.json'))) return folder;
  throw new InvalidInputError(
    looksLikePath
      ? `WENTU_MODEL is ${JSON.stringify(model)}, but ${folder} holds no wentu-model.json; give the folder of a model, or a name`
      : `WENTU_MODEL is ${JSON.stringify(model)}, but no model of that name is installed; ` +
          `wentu model list shows the installed ones, wentu model add installs one`,
  );
}

async function readChoice(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(choiceFile(dataDir), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new InvalidInputError(`${choiceFile(dataDir)} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
