import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CLIP_RESIZE, InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import type { ModelManifest } from '../manifest';
import { externalFiles, type OnnxGraph } from './onnx-graph';

/** The files of a model, in a folder or still on a hub. */
export interface ModelListing {
  /** For messages: the folder, or the address of the repository. */
  readonly name: string;
  /** Relative paths with `/`. */
  readonly files: readonly string[];
  /** Reads a small file. @throws InvalidInputError when it is missing or too large */
  readText(path: string): Promise<string>;
}

/** The source folder of an import, and the new folder that it fills. */
export interface ImportTask {
  readonly source: string;
  readonly folder: string;
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The result of a layout's importer. The files are in the task's folder. */
export interface Imported {
  readonly manifest: Omit<ModelManifest, 'formatVersion' | 'files'>;
  /** For error messages: maps an installed file to the source file it was made from. */
  readonly origins: Readonly<Record<string, string>>;
}

/** A model whose layout is known and whose small files are valid. */
export interface RecognisedModel {
  /** The name of the layout, for users. */
  readonly layout: string;
  /** Of the graphs, when the layout has several; null: the layout has one. */
  readonly precision: 'fp32' | 'fp16' | 'int8' | null;
  /** The name that the model has in its description; null: it has none. */
  readonly name: string | null;
  /** The files that the import reads, with `/`. */
  readonly files: readonly string[];
  /** Imports the model from a folder with these files. */
  importFrom(task: ImportTask): Promise<Imported>;
}

/** @returns null for another layout. @throws InvalidInputError when a model of this layout cannot be imported */
export type RecogniseLayout = (listing: ModelListing, precision?: string) => Promise<RecognisedModel | null>;

/** Licences require that their text is copied with the files. */
const NOTICE = /^(licen[cs]e|notice|readme)(\.[\w.-]+)?$/i;

export function isNotice(file: string): boolean {
  return NOTICE.test(file);
}

/** The files in which exporters put the weights of a graph that is larger than 2 GB, or of every graph. */
export function weightFiles(graph: string, files: readonly string[]): string[] {
  return files.filter(
    (file) => file.startsWith(graph) && /^(\.extra_file|[._]data(_\d{1,4})?)$/.test(file.slice(graph.length)),
  );
}

export function missingPrecision(source: string, wanted: string, there: readonly string[]): InvalidInputError {
  return new InvalidInputError(`${source} has no ${wanted} graph; give --precision ${there.join(' or ')}`);
}

/** What all models of Chinese-CLIP have in common. */
export const CLIP_IMAGE = { resize: CLIP_RESIZE, pixels: 'float-nchw' } as const;
export const CLIP_TEXT = { cleaning: 'none', prefix: '' } as const;
/** ln 100, the value that the training of Chinese-CLIP limits the scale to. */
export const DEFAULT_LOGIT_SCALE = Math.log(100);
/** The number of word pieces per text in the reference, including [CLS] and [SEP]. */
export const REFERENCE_CONTEXT_LENGTH = 52;

const INSTALLED_NAMES = new Set([
  ...['image.onnx', 'text.onnx', 'model.onnx', 'vocab.txt', 'tokenizer.json', 'wentu-model.json'],
]);
/** The colour values of a description, and the side of its pictures. */
export const channels = z.tuple([z.number(), z.number(), z.number()]);
export const deviations = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const side = z.int().min(1).max(4_096);
export const pictureSize = z
  .union([
    side.transform((both) => [both, both] as const),
    z.tuple([side, side]),
    z.object({ height: side, width: side }).transform(({ height, width }) => [height, width] as const),
  ])
  .transform(([height, width], context) => {
    if (height !== width) context.addIssue(`pictures must be square, not ${width} × ${height}`);
    return height;
  });

const MAX_TEXT_FILE_BYTES = 64 * 1_024 * 1_024;

export async function copyInto({ folder, signal }: ImportTask, path: string, name: string): Promise<void> {
  await requireFile(path);
  await mkdir(dirname(join(folder, name)), { recursive: true });
  const to = createWriteStream(join(folder, name), { flags: 'wx' });
  await pipeline(createReadStream(path), to, ...(signal ? [{ signal }] : []));
}

/**
 * Copies the files with the weights of graphs in one folder. They keep their names, because the graphs refer to them by
 * name. @returns the paths in the source
 */
export async function copyExternalFiles(task: ImportTask, ...graphs: readonly OnnxGraph[]): Promise<string[]> {
  const paths = new Map(graphs.flatMap((graph) => [...externalPaths(graph)]));
  for (const [name, path] of paths) await copyInto(task, path, name);
  return [...paths.values()];
}

/**
 * Copies a graph and the files with its weights into a folder of their own, because graphs of both towers may use the
 * same names. @returns the paths of the weights in the source
 */
export async function copyTower(task: ImportTask, graph: OnnxGraph, folder: string): Promise<string[]> {
  await copyInto(task, graph.path, `${folder}/model.onnx`);
  const paths = externalPaths(graph);
  for (const [name, path] of paths) await copyInto(task, path, `${folder}/${name}`);
  return [...paths.values()];
}

function externalPaths(graph: OnnxGraph): Map<string, string> {
  const paths = new Map<string, string>();
  for (const name of externalFiles(graph)) {
    if (!/^\w[\w.-]*$/.test(name) || INSTALLED_NAMES.has(name)) {
      throw new InvalidInputError(
        `${graph.path} keeps weights in ${JSON.stringify(name)}; the name must be that of a file beside the graph, export the model again`,
      );
    }
    paths.set(name, join(dirname(graph.path), name));
  }
  return paths;
}

/** Reads a text file of the source. Its size is limited, because the source may be untrusted. */
export async function readTextFile(path: string): Promise<string> {
  const sizeBytes = await requireFile(path);
  if (sizeBytes > MAX_TEXT_FILE_BYTES) {
    throw new InvalidInputError(`${path} has ${sizeBytes} bytes; a description has at most ${MAX_TEXT_FILE_BYTES}`);
  }
  return await readFile(path, 'utf8');
}

/** @throws InvalidInputError that lists the invalid keys */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  return parseJson(await readTextFile(path), path, schema);
}

/** @param path for messages. @throws InvalidInputError that lists the invalid keys */
export function parseJson<T>(text: string, path: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InvalidInputError(`${path} is not JSON: ${(error as Error).message}; fetch it again`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).slice(0, 5);
  throw new InvalidInputError(`${path} is not the file of a model that Wentu knows: ${bad.join('; ')}`);
}

async function requireFile(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile()) return found.size;
  throw new InvalidInputError(`the model has no file ${path}; fetch or export it again`);
}
