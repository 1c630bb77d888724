import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { MANIFEST, parseManifest } from '../manifest';
import { describeFile, loadModel } from '../model';
import { copyInto, type ImportTask, type Imported, type RecognisedModel, type ModelListing } from './layout';

const ANY = { upright: true, background: 'white' } as const;

/** @throws InvalidInputError when the description is not valid, names missing files, or a precision is requested */
export async function recogniseWentuLayout(listing: ModelListing, precision?: string): Promise<RecognisedModel | null> {
  if (!listing.files.includes(MANIFEST)) return null;
  if (precision !== undefined)
    throw new InvalidInputError(`${listing.name} is a Wentu model, which has only one precision; omit --precision`);
  const { name, files } = parseManifest(await listing.readText(MANIFEST), `${listing.name}/${MANIFEST}`);
  const missing = Object.keys(files).find((file) => !listing.files.includes(file));
  if (missing !== undefined)
    throw new InvalidInputError(`the model in ${listing.name} has no file ${missing}; install the model again`);
  return {
    layout: 'Wentu model',
    precision: null,
    name,
    files: [MANIFEST, ...Object.keys(files)],
    importFrom: importWentuLayout,
  };
}

/** Imports a folder with a wentu-model.json: copies its files unchanged and compares each with its SHA-256. */
async function importWentuLayout(task: ImportTask): Promise<Imported> {
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
