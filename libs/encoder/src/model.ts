import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidInputError, type ModelInfo } from '@wentu/domain';
import { MANIFEST, parseManifest, unreadable, type ModelManifest } from './manifest';
import { preprocessingName, type Preprocessing } from './preprocessing';

/** A model's folder after the quick checks. The graphs are checked when they are opened. */
export interface Model {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly info: ModelInfo;
}

/** @throws InvalidInputError that names the file and the fault */
export async function loadModel(folder: string, preprocessing: Preprocessing): Promise<Model> {
  const manifest = await readManifest(folder);
  for (const file of [manifest.image.file, manifest.text.file, manifest.tokenizer.file]) {
    if (!manifest.files[file]) throw new InvalidInputError(`${join(folder, MANIFEST)}: files has no ${file}`);
  }
  // Includes files that no key names: a graph may have its weights in a second file.
  for (const [file, expected] of Object.entries(manifest.files)) {
    const found = await stat(join(folder, file)).catch(() => null);
    if (!found) throw new InvalidInputError(`the model in ${folder} has no file ${file}; install the model again`);
    if (found.size !== expected.sizeBytes) {
      throw new InvalidInputError(
        `${join(folder, file)} has ${found.size} bytes instead of ${expected.sizeBytes}; install the model again`,
      );
    }
  }
  const { name, space, dimension, score, image, text } = manifest;
  return {
    folder,
    manifest,
    info: {
      name,
      space,
      dimension,
      logitScale: score.kind === 'none' ? null : score.logitScale,
      ...(score.kind === 'sigmoid' ? { logitBias: score.bias } : {}),
      imageSize: image.size,
      resize: image.resize,
      contextLength: text.contextLength,
      preprocessing: preprocessingName(preprocessing, image.size, image.resize),
    },
  };
}

/** An open tokenizer needs about this many times the size of its tokenizer.json. */
const TOKENIZER_MEMORY = 10;

/**
 * The approximate memory of each tower: the size of its files, of those in its folder, and its tokenizer. Other files
 * are weights of either graph, so they count for both.
 */
export function towerBytes({ files, image, text, tokenizer }: ModelManifest): { image: number; text: number } {
  let [shared, imageBytes, textBytes] = [0, 0, 0];
  for (const [file, { sizeBytes }] of Object.entries(files)) {
    if (file === tokenizer.file) textBytes += tokenizer.kind === 'tokenizer-json' ? TOKENIZER_MEMORY * sizeBytes : 0;
    else if (belongsTo(image.file, file)) imageBytes += sizeBytes;
    else if (belongsTo(text.file, file)) textBytes += sizeBytes;
    else shared += sizeBytes;
  }
  return { image: imageBytes + shared, text: textBytes + shared };
}

function belongsTo(graph: string, file: string): boolean {
  return file === graph || (graph.includes('/') && dirname(file) === dirname(graph));
}

/** Compares the SHA-256 of every file of the model. @throws InvalidInputError that names the file */
export async function verifyModel({ folder, manifest }: Pick<Model, 'folder' | 'manifest'>): Promise<void> {
  for (const [file, { sha256 }] of Object.entries(manifest.files)) {
    const found = await describeFile(join(folder, file));
    if (found.sha256 !== sha256)
      throw new InvalidInputError(
        `${join(folder, file)} has SHA-256 ${found.sha256} instead of ${sha256}; install the model again`,
      );
  }
}

/** The entry of a file in a manifest. */
export async function describeFile(path: string, signal?: AbortSignal): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, ...(signal ? [{ signal }] : []));
  return { sha256: hash.digest('hex'), sizeBytes: (await stat(path)).size };
}

async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return parseManifest(text, path);
}
