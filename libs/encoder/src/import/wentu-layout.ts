import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { describeFile, loadModel } from '../model';
import { copyInto, type ImportTask, type Imported } from './layout';

const ANY = { upright: true, background: 'white' } as const;

/** Imports a folder with a wentu-model.json: copies its files unchanged and compares each with its SHA-256. */
export async function importWentuLayout(task: ImportTask): Promise<Imported> {
  const { manifest } = await loadModel(task.source, ANY);
  for (const [file, { sha256 }] of Object.entries(manifest.files)) {
    await copyInto(task, join(task.source, file), file);
    const copied = await describeFile(join(task.folder, file), task.signal);
    if (copied.sha256 === sha256) continue;
    throw new InvalidInputError(
      `${join(task.source, file)} has SHA-256 ${copied.sha256} instead of ${sha256}; fetch or export it again`,
    );
  }
  return { manifest: { ...manifest, name: task.name ?? manifest.name }, origins: {} };
}
