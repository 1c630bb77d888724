import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InvalidInputError, type ModelInfo } from '@wentu/domain';
import { z } from 'zod';
import { preprocessingName, type Preprocessing } from './preprocessing';

export const MANIFEST = 'wentu-model.json';

/** The name of a file in the model's folder. */
const fileName = z.string().regex(/^[\w][\w.-]*$/, 'give the name of a file in the folder');

const manifestSchema = z.object({
  formatVersion: z.literal(1),
  name: z.string().min(1).max(128),
  space: z.string().min(1).max(256),
  title: z.object({ en: z.string(), zh: z.string() }),
  license: z.string().min(1),
  dimension: z.int().min(1).max(65_536),
  /** The exponential of this value multiplies cosines. A larger value would overflow a softmax. */
  logitScale: z.number().min(-20).max(20),
  image: z.object({
    file: fileName,
    input: z.string(),
    output: z.string(),
    size: z.int().min(1).max(4_096),
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
    normalized: z.boolean(),
  }),
  text: z.object({
    file: fileName,
    inputs: z.object({ ids: z.string(), attentionMask: z.string().optional(), tokenTypes: z.string().optional() }),
    output: z.string(),
    contextLength: z.int().min(3).max(4_096),
    sequence: z.enum(['dynamic', 'fixed']),
    normalized: z.boolean(),
  }),
  vocabulary: fileName,
  sessionConfig: z.record(z.string(), z.string()).default({}),
  /** Where the files were downloaded from: a repository of a hub, and its commit. */
  origin: z.object({ source: z.string().max(512), revision: z.string().max(128) }).optional(),
  files: z
    .record(fileName, z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.int().min(1) }))
    .refine((files) => !(MANIFEST in files), 'files must not contain the description itself'),
});

export type ModelManifest = z.infer<typeof manifestSchema>;

/** A model's folder after the quick checks. The graphs are checked when they are opened. */
export interface Model {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly info: ModelInfo;
  /** Token by id. */
  readonly vocabulary: readonly string[];
}

/** @throws InvalidInputError that names the file and the fault */
export async function loadModel(folder: string, preprocessing: Preprocessing): Promise<Model> {
  const manifest = await readManifest(folder);
  for (const file of [manifest.image.file, manifest.text.file, manifest.vocabulary]) {
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
  const { name, space, dimension, logitScale, image, text } = manifest;
  return {
    folder,
    manifest,
    vocabulary: (await readFile(join(folder, manifest.vocabulary), 'utf8')).replace(/\r?\n$/, '').split(/\r?\n/),
    info: {
      name,
      space,
      dimension,
      logitScale,
      imageSize: image.size,
      contextLength: text.contextLength,
      preprocessing: preprocessingName(preprocessing, image.size),
    },
  };
}

/**
 * The approximate memory of each tower: the size of its files. Files that no key names are weights of either graph, so
 * they count for both.
 */
export function towerBytes({ files, image, text, vocabulary }: ModelManifest): { image: number; text: number } {
  let [shared, imageBytes, textBytes] = [0, 0, 0];
  for (const [file, { sizeBytes }] of Object.entries(files)) {
    if (file === image.file) imageBytes += sizeBytes;
    else if (file === text.file) textBytes += sizeBytes;
    else if (file !== vocabulary) shared += sizeBytes;
  }
  return { image: imageBytes + shared, text: textBytes + shared };
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

function unreadable(path: string, error: unknown): InvalidInputError {
  const reason = (error as Error).message;
  return new InvalidInputError(`${path} cannot be read: ${reason}; give the folder of a Wentu model`, { cause: error });
}

/** @param path for messages. @throws InvalidInputError that lists the invalid keys */
export function parseManifest(text: string, path: string): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, error);
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new InvalidInputError(`${path} is not a model description:\n${bad.map((line) => `  ${line}`).join('\n')}`);
}
