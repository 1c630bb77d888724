import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ModelInfo } from '@wentu/domain';
import { loadModel, verifyModel } from './model';

const MANIFEST = 'wentu-model.json';
const PREPROCESSING = { upright: true, background: 'white' } as const;

/**
 * Installs the Wentu model in the folder `source` as the folder `target`, which appears whole or not at all. What is
 * installed has been verified. @throws InvalidInputError that names the file and what is wrong with it
 */
export async function importModel(
  source: string,
  target: string,
  { name, signal }: { readonly name?: string; readonly signal?: AbortSignal } = {},
): Promise<ModelInfo> {
  const { manifest } = await loadModel(source, PREPROCESSING);
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const file of Object.keys(manifest.files)) {
      signal?.throwIfAborted();
      await copyFile(join(source, file), join(temporary, file));
    }
    const description = JSON.parse(await readFile(join(source, MANIFEST), 'utf8')) as object;
    await writeFile(
      join(temporary, MANIFEST),
      `${JSON.stringify({ ...description, name: name ?? manifest.name }, null, 2)}\n`,
    );
    const model = await loadModel(temporary, PREPROCESSING);
    await verifyModel(model);
    signal?.throwIfAborted();
    await rename(temporary, target);
    return model.info;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
