import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import {
  CLIP_IMAGE,
  CLIP_TEXT,
  copyExternalFiles,
  DEFAULT_LOGIT_SCALE,
  missingPrecision,
  parseJson,
  readJson,
  readTextFile,
  REFERENCE_CONTEXT_LENGTH,
  weightFiles,
  type ImportTask,
  type Imported,
  type RecognisedModel,
  type ModelListing,
} from './layout';
import { JOINT, readLogits } from './logits';
import { readOnnxGraph, type OnnxGraph, type OnnxValue } from './onnx-graph';
import { spaceOf } from './space';
import { missingTensor, partFor, writeOnnxGraph } from './split-onnx';
import { readTokenizerJson, toPieces } from './vocabulary';

/** The graphs of each precision, in the order of preference. */
const GRAPHS = [
  { precision: 'fp32', file: 'onnx/model.onnx' },
  { precision: 'fp32', file: 'model.onnx' },
  { precision: 'fp16', file: 'onnx/model_fp16.onnx' },
  { precision: 'fp16', file: 'model_fp16.onnx' },
  { precision: 'int8', file: 'onnx/model_quantized.onnx' },
  { precision: 'int8', file: 'model_quantized.onnx' },
] as const;
export const HUB_GRAPHS: readonly string[] = GRAPHS.map(({ file }) => file);

const IMAGE = { input: 'pixel_values', output: JOINT.image } as const;
const TEXT = { ids: 'input_ids', mask: 'attention_mask', types: 'token_type_ids', output: JOINT.text } as const;

const configSchema = z.object({ model_type: z.literal('chinese_clip'), projection_dim: z.int().min(1) });
const channels = z.tuple([z.number(), z.number(), z.number()]);
const side = z.int().min(1).max(4_096);
const preprocessorSchema = z.object({
  image_mean: channels,
  image_std: channels,
  size: z.union([
    side,
    z.object({ height: side, width: side }).transform(({ height, width }, context) => {
      if (height !== width) context.addIssue(`pictures must be square, not ${width} × ${height}`);
      return height;
    }),
    z.object({ shortest_edge: side }).transform((size) => size.shortest_edge),
  ]),
});

/** @throws InvalidInputError when it is not a Chinese-CLIP, or has no vocabulary or no graph of this precision */
export async function recogniseHubLayout(listing: ModelListing, precision?: string): Promise<RecognisedModel | null> {
  const { name, files } = listing;
  const there = GRAPHS.filter(({ file }) => files.includes(file));
  if (there.length === 0) return null;
  const read = async <T>(file: string, schema: z.ZodType<T>): Promise<T> =>
    parseJson(await listing.readText(file), `${name}/${file}`, schema);
  await read('config.json', configSchema);
  const [graph] = there.filter((each) => each.precision === (precision ?? each.precision));
  if (!graph) throw missingPrecision(name, String(precision), [...new Set(there.map((each) => each.precision))]);
  await read('preprocessor_config.json', preprocessorSchema);
  const vocabulary = files.includes('vocab.txt') ? 'vocab.txt' : 'tokenizer.json';
  if (!files.includes(vocabulary))
    throw new InvalidInputError(`the model has no file ${name}/${vocabulary}; fetch or export it again`);
  return {
    layout: `Chinese-CLIP in the transformers layout (${graph.precision})`,
    precision: graph.precision,
    name: null,
    files: ['config.json', 'preprocessor_config.json', vocabulary, graph.file, ...weightFiles(graph.file, files)],
    importFrom: (task) => importHubLayout(task, graph.file),
  };
}

/**
 * Imports the hub's transformers layout: `onnx/model.onnx` with both towers in one graph, and descriptions beside it.
 * Each tower becomes its own graph.
 */
async function importHubLayout(task: ImportTask, graphFile: string): Promise<Imported> {
  const { source, folder, signal } = task;
  const config = await readJson(join(source, 'config.json'), configSchema);
  const {
    image_mean: mean,
    image_std: std,
    size,
  } = await readJson(join(source, 'preprocessor_config.json'), preprocessorSchema);
  const { joint, image, text } = readTowers(join(source, graphFile));
  const vocabulary = await readVocabulary(source);

  await writeOnnxGraph(image, join(folder, 'image.onnx'), signal);
  await writeOnnxGraph(text, join(folder, 'text.onnx'), signal);
  const weights = await copyExternalFiles(task, joint);
  await writeFile(join(folder, 'vocab.txt'), vocabulary.pieces.map((piece) => `${piece}\n`).join(''), { flag: 'wx' });

  const name = task.name ?? basename(resolve(source));
  const length = fixedLength(text.inputs.find((input) => input.name === TEXT.ids));
  const preprocessing = { size, mean, std };
  return {
    manifest: {
      name,
      space: await spaceOf('chinese-clip', [joint.path, ...weights, join(folder, 'vocab.txt')], preprocessing, signal),
      title: { en: name, zh: name },
      license: 'unknown',
      dimension: config.projection_dim,
      score: { kind: 'softmax', logitScale: await readLogitScale(joint, config.projection_dim, folder) },
      // Some exports normalise the vectors in the graph, others do not.
      image: { file: 'image.onnx', ...IMAGE, ...preprocessing, ...CLIP_IMAGE, normalized: false },
      text: {
        file: 'text.onnx',
        inputs: {
          ids: TEXT.ids,
          ...(hasInput(text, TEXT.mask) ? { attentionMask: TEXT.mask } : {}),
          ...(hasInput(text, TEXT.types) ? { tokenTypes: TEXT.types } : {}),
        },
        output: TEXT.output,
        contextLength: length ?? REFERENCE_CONTEXT_LENGTH,
        padding: { id: 0, to: length === undefined ? 'longest' : 'context' },
        ...CLIP_TEXT,
        normalized: false,
      },
      tokenizer: { kind: 'word-piece', file: 'vocab.txt' },
      sessionConfig: {},
    },
    origins: { 'image.onnx': joint.path, 'text.onnx': joint.path, 'vocab.txt': vocabulary.path },
  };
}

function readTowers(path: string): Record<'joint' | 'image' | 'text', OnnxGraph> {
  const joint = readOnnxGraph(path);
  const [image, text] = [partFor(joint, IMAGE.output), partFor(joint, TEXT.output)];
  if (!hasInput(image, IMAGE.input)) throw missingTensor(joint, IMAGE.input);
  if (!hasInput(text, TEXT.ids)) throw missingTensor(joint, TEXT.ids);
  return { joint, image, text };
}

function hasInput(graph: OnnxGraph, input: string): boolean {
  return graph.inputs.some(({ name }) => name === input);
}

async function readVocabulary(source: string): Promise<{ path: string; pieces: string[] }> {
  const [path, json] = [join(source, 'vocab.txt'), join(source, 'tokenizer.json')];
  if (existsSync(path)) return { path, pieces: toPieces(await readTextFile(path)) };
  return { path: json, pieces: await readTokenizerJson(json) };
}

/** The length of texts when the graph accepts only one length. */
function fixedLength(ids: OnnxValue | undefined): number | undefined {
  const length = ids?.shape[1];
  return typeof length === 'number' ? length : undefined;
}

/** The natural logarithm of the factor that the model applies to the cosine. */
async function readLogitScale(joint: OnnxGraph, dimension: number, folder: string): Promise<number> {
  const logits = await readLogits(joint, dimension, folder);
  return logits ? Math.log(logits.same - logits.apart) : DEFAULT_LOGIT_SCALE;
}
