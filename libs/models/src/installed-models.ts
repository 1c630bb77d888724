import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import type { ModelInfo, NewSpace } from '@wentu/domain';
import { loadModel, towerBytes } from '@wentu/encoder';
import { findModel, isModelName, shippedModels } from './model-choice';

/** A model that can be opened; plain data, so that it can be sent to another thread. */
export interface InstalledModel {
  readonly folder: string;
  /** The same only for the same files. */
  readonly key: string;
  readonly info: ModelInfo;
  /** The approximate memory of each tower. */
  readonly bytes: { readonly image: number; readonly text: number };
}

interface Preprocessing {
  readonly upright: boolean;
  readonly background: 'white' | 'drop';
}

/**
 * The models that are installed now: the server's own, the shipped ones and those in the data folder. A model that is
 * added or removed while the server runs is noticed at the next call.
 */
export class InstalledModels {
  private readonly known = new Map<string, InstalledModel>();

  /** @param own the server's own model: its files were read at the start, and are not looked for again */
  constructor(
    readonly own: InstalledModel,
    private readonly dataDir: string,
    private readonly preprocessing: Preprocessing,
  ) {}

  /** @param folder of the server's own model @throws InvalidInputError that names the file and the fault */
  static async open(folder: string, dataDir: string, preprocessing: Preprocessing): Promise<InstalledModels> {
    return new InstalledModels(await read(folder, preprocessing), dataDir, preprocessing);
  }

  /** @returns null when no model of this name is installed @throws InvalidInputError for a model that is broken */
  async find(name: string): Promise<InstalledModel | null> {
    if (name === this.own.info.name) return this.own;
    const folder = isModelName(name) ? findModel(this.dataDir, name) : null;
    return folder === null ? null : await this.at(folder);
  }

  /**
   * The model that makes vectors of the space: the server's own before the one that the space names, then others by
   * name. Broken models are passed over. @returns null when there is none
   */
  async findFor(space: NewSpace): Promise<InstalledModel | null> {
    if (makes(this.own, space)) return this.own;
    for (const name of new Set([space.model, ...this.names()])) {
      const found = await this.find(name).catch(() => null);
      if (found && makes(found, space)) return found;
    }
    return null;
  }

  private names(): string[] {
    return [shippedModels(), addedModels(this.dataDir)].flatMap(listFolder).filter(isModelName).sort();
  }

  /** Only good ones are remembered: the files of a broken one may change without its description. */
  private async at(folder: string): Promise<InstalledModel> {
    const known = this.known.get(folder);
    if (known?.key === keyOf(folder)) return known;
    this.known.delete(folder);
    const found = await read(folder, this.preprocessing);
    this.known.set(folder, found);
    return found;
  }
}

async function read(folder: string, preprocessing: Preprocessing): Promise<InstalledModel> {
  // Before the files: when they are replaced meanwhile, the next call sees another key.
  const key = keyOf(folder);
  const { info, manifest } = await loadModel(folder, preprocessing);
  return { folder, key, info, bytes: towerBytes(manifest) };
}

/**
 * Of the description, which is written with every installation. Synchronous: file access of loads may occupy all
 * threads of libuv for long.
 */
function keyOf(folder: string): string {
  const found = statSync(join(folder, 'wentu-model.json'), { throwIfNoEntry: false });
  return JSON.stringify([folder, found?.ino, found?.mtimeMs, found?.size]);
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function makes({ info }: InstalledModel, { space, dimension }: NewSpace): boolean {
  return info.space === space && info.dimension === dimension;
}
