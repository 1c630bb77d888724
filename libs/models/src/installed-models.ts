import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addedModels } from '@wentu/data-folder';
import type { ModelInfo, NewSpace } from '@wentu/domain';
import { loadModel, towerBytes } from '@wentu/encoder';
import { findModel, isModelName, shippedModels } from './model-choice';

/** A model that can be opened; plain data, so that it can be sent to another thread. */
export interface InstalledModel {
  readonly folder: string;
  /** Changes when the files of the model change. */
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

  /** @param own the server's own model; its files were read at the start and are not read again */
  constructor(
    readonly own: InstalledModel,
    private readonly dataDir: string,
    private readonly preprocessing: Preprocessing,
  ) {}

  /** @param folder the folder of the server's own model @throws InvalidInputError that names the file and the fault */
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
   * A model that makes embeddings of the space: first the server's own, then the model that the space names, then other
   * models in the order of their names. Broken models are skipped.
   * @returns null when no installed model makes embeddings of the space
   */
  async findFor(space: NewSpace): Promise<InstalledModel | null> {
    if (makes(this.own, space)) return this.own;
    for (const name of new Set([space.model, ...this.names()])) {
      const found = await this.find(name).catch(() => null);
      if (found && makes(found, space)) return found;
    }
    return null;
  }

  /** Whether a shipped model, which is for a first try, makes embeddings of the space. */
  async isShipped(space: NewSpace): Promise<boolean> {
    for (const name of listFolder(shippedModels()).filter(isModelName)) {
      const found = await this.find(name).catch(() => null);
      if (found && makes(found, space)) return true;
    }
    return false;
  }

  private names(): string[] {
    return [shippedModels(), addedModels(this.dataDir)].flatMap(listFolder).filter(isModelName).sort();
  }

  /** Remembers only valid models: the files of a broken one may change while its description stays the same. */
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
  // The key is read before the files: if the files are replaced during the reading, the next call finds another key.
  const key = keyOf(folder);
  const { info, manifest } = await loadModel(folder, preprocessing);
  return { folder, key, info, bytes: towerBytes(manifest) };
}

/**
 * A key from the file of the description, which every installation writes. The call is synchronous because the file
 * access of loads may occupy all threads of libuv for long.
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
