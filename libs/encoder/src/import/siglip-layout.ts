import { basename, join, resolve } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import type { ModelManifest } from '../manifest';
import {
  channels,
  copyExternalFiles,
  copyInto,
  copyTower,
  deviations,
  missingPrecision,
  parseJson,
  pictureSize,
  readJson,
  weightFiles,
  type ImportTask,
  type Imported,
  type RecognisedModel,
  type ModelListing,
} from './layout';
import { JOINT, readLogits } from './logits';
import { readOnnxGraph, type OnnxGraph } from './onnx-graph';
import { spaceOf } from './space';
import { missingTensor, partFor, writeOnnxGraph } from './split-onnx';
import { readPadding, tokenizerConfigSchema } from './tokenizer-files';

/** In the order of preference. */
const PRECISIONS = [
  { precision: 'fp32', suffix: '' },
  { precision: 'fp16', suffix: '_fp16' },
  { precision: 'int8', suffix: '_quantized' },
] as const;
const CONFIG = 'config.json';
const PICTURES = 'preprocessor_config.json';
const TOKENIZER = 'tokenizer.json';
const TOKENIZER_CONFIG = 'tokenizer_config.json';

const IDS = 'input_ids';
const PIXELS = 'pixel_values';
/** The output of a tower that has a graph of its own: SigLIP has no projection after it. */
const POOLED = 'pooler_output';
/** The length of texts in the training of all models of SigLIP. */
const CONTEXT_LENGTH = 64;
/** The default of transformers; configurations of base models do not name it. */
const HIDDEN_SIZE = 768;
/** Pillow's numbers of its filters. */
const FILTERS = { 2: 'bilinear', 3: 'bicubic' } as const;

const configSchema = z.object({
  model_type: z.enum(['siglip', 'siglip2']),
  text_config: z
    .object({ max_position_embeddings: z.int().min(3).max(4_096).default(CONTEXT_LENGTH) })
    .default({ max_position_embeddings: CONTEXT_LENGTH }),
  vision_config: z
    .object({ hidden_size: z.int().min(1).max(65_536).default(HIDDEN_SIZE) })
    .default({ hidden_size: HIDDEN_SIZE }),
});
const step = z.literal(true).default(true);
const pictureSchema = z.object({
  // That of NaFlex keeps the aspect ratio of each picture, and its graph takes patches.
  image_processor_type: z.enum(['SiglipImageProcessor', 'SiglipImageProcessorFast']).optional(),
  do_resize: step,
  do_rescale: step,
  do_normalize: step,
  image_mean: channels,
  image_std: deviations,
  resample: z.union([z.literal(2), z.literal(3)]),
  size: pictureSize,
});
/** The tokenizer of SigLIP 2. That of the first SigLIP reads hardly any Chinese. */
const tokenizerSchema = tokenizerConfigSchema.extend({
  tokenizer_class: z.enum(['GemmaTokenizer', 'GemmaTokenizerFast', 'Siglip2Tokenizer']),
});

/** One joint graph, or a graph for each tower. */
type Graphs = { readonly joint: string } | { readonly image: string; readonly text: string };

/** @throws InvalidInputError when a file is missing, or the processing is not known */
export async function recogniseSiglipLayout(listing: ModelListing, wanted?: string): Promise<RecognisedModel | null> {
  const { name, files } = listing;
  const there = PRECISIONS.flatMap(({ precision, suffix }) => {
    const graphs = graphsOf(suffix, files);
    return graphs ? [{ precision, graphs }] : [];
  });
  if (there.length === 0 || !files.includes(CONFIG)) return null;
  const read = async <T>(file: string, schema: z.ZodType<T>): Promise<T> =>
    parseJson(await listing.readText(file), `${name}/${file}`, schema);
  const { model_type: type } = await read(CONFIG, z.object({ model_type: z.string().optional() }));
  if (!configSchema.shape.model_type.safeParse(type).success) return null;
  const [chosen] = there.filter(({ precision }) => precision === (wanted ?? precision));
  if (!chosen)
    throw missingPrecision(
      name,
      String(wanted),
      there.map(({ precision }) => precision),
    );
  const descriptions = [CONFIG, PICTURES, TOKENIZER_CONFIG, TOKENIZER];
  const missing = descriptions.find((file) => !files.includes(file));
  if (missing !== undefined)
    throw new InvalidInputError(`the model has no file ${name}/${missing}; fetch or export it again`);
  await read(CONFIG, configSchema);
  await read(PICTURES, pictureSchema);
  await read(TOKENIZER_CONFIG, tokenizerSchema);
  const graphs = Object.values(chosen.graphs);
  return {
    layout: `SigLIP in the transformers layout (${chosen.precision})`,
    precision: chosen.precision,
    name: null,
    files: [...descriptions, ...graphs, ...graphs.flatMap((graph) => weightFiles(graph, files))],
    importFrom: (task) => importSiglipLayout(task, chosen.graphs),
  };
}

/** The joint graph first: only that says how cosines become probabilities. */
function graphsOf(suffix: string, files: readonly string[]): Graphs | null {
  const [joint, image, text] = ['model', 'vision_model', 'text_model'].map(
    (graph) => `onnx/${graph}${suffix}.onnx`,
  ) as [string, string, string];
  if (files.includes(joint)) return { joint };
  return files.includes(image) && files.includes(text) ? { image, text } : null;
}

/** The two towers in the folder of the task, and where they come from. */
interface Towers {
  readonly image: OnnxGraph;
  readonly text: OnnxGraph;
  readonly files: { readonly image: string; readonly text: string };
  readonly outputs: { readonly image: string; readonly text: string };
  /** Graphs and weights in the source. */
  readonly sources: readonly string[];
  readonly joint: OnnxGraph | null;
}

async function importSiglipLayout(task: ImportTask, graphs: Graphs): Promise<Imported> {
  const { source, folder, signal } = task;
  const { text_config: textConfig, vision_config: visionConfig } = await readJson(join(source, CONFIG), configSchema);
  const pictures = await readJson(join(source, PICTURES), pictureSchema);
  const padding = await readPadding(join(source, TOKENIZER), join(source, TOKENIZER_CONFIG));
  const towers = 'joint' in graphs ? await splitTowers(task, graphs.joint) : await copyTowers(task, graphs);
  await copyInto(task, join(source, TOKENIZER), TOKENIZER);

  const name = task.name ?? basename(resolve(source));
  const dimension = declaredDimension(towers) ?? visionConfig.hidden_size;
  const { size, image_mean: mean, image_std: std } = pictures;
  const resize = { fit: 'squash', filter: FILTERS[pictures.resample] } as const;
  const reading = {
    contextLength: contextLength(towers.text, textConfig.max_position_embeddings),
    cleaning: 'lower-case',
    prefix: '',
    padding: { id: padding, to: 'context' },
  } satisfies Partial<ModelManifest['text']>;
  return {
    manifest: {
      name,
      space: await spaceOf(
        'siglip',
        [...towers.sources, join(source, TOKENIZER)],
        { size, mean, std, resize, ...reading },
        signal,
      ),
      title: { en: name, zh: name },
      license: 'unknown',
      dimension,
      score: await readScore(towers.joint, dimension, folder),
      image: {
        ...{ file: towers.files.image, input: PIXELS, output: towers.outputs.image },
        ...{ size, mean, std, resize, pixels: 'float-nchw', normalized: false },
      },
      text: {
        ...{ file: towers.files.text, inputs: { ids: IDS }, output: towers.outputs.text },
        ...{ ...reading, normalized: false },
      },
      tokenizer: { kind: 'tokenizer-json', file: TOKENIZER },
      sessionConfig: {},
    },
    origins: {
      [towers.files.image]: towers.image.path,
      [towers.files.text]: towers.text.path,
      [TOKENIZER]: join(source, TOKENIZER),
    },
  };
}

async function splitTowers(task: ImportTask, file: string): Promise<Towers> {
  const joint = readOnnxGraph(join(task.source, file));
  const [image, text] = [partFor(joint, JOINT.image), partFor(joint, JOINT.text)];
  checkInputs(image, PIXELS);
  checkInputs(text, IDS);
  const files = { image: 'image.onnx', text: 'text.onnx' };
  await writeOnnxGraph(image, join(task.folder, files.image), task.signal);
  await writeOnnxGraph(text, join(task.folder, files.text), task.signal);
  const sources = [joint.path, ...(await copyExternalFiles(task, joint))];
  return { image, text, files, outputs: JOINT, sources, joint };
}

async function copyTowers(task: ImportTask, graphs: { image: string; text: string }): Promise<Towers> {
  const [image, text] = [readOnnxGraph(join(task.source, graphs.image)), readOnnxGraph(join(task.source, graphs.text))];
  checkInputs(image, PIXELS);
  checkInputs(text, IDS);
  const sources = [image.path, text.path];
  sources.push(...(await copyTower(task, image, 'visual')), ...(await copyTower(task, text, 'textual')));
  const files = { image: 'visual/model.onnx', text: 'textual/model.onnx' };
  return { image, text, files, outputs: { image: POOLED, text: POOLED }, sources, joint: null };
}

/** SigLIP reads the padding too, so a graph with an attention mask is another model. */
function checkInputs(graph: OnnxGraph, input: string): void {
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.map(({ name }) => name).filter((name) => !weights.has(name));
  if (!inputs.includes(input)) throw missingTensor(graph, input);
  const other = inputs.find((name) => name !== input);
  if (other === undefined) return;
  throw new InvalidInputError(
    `${graph.path} takes ${other} beside ${input}; Wentu knows SigLIP only without it, export the model as transformers.js does`,
  );
}

function declaredDimension({ image, outputs }: Towers): number | undefined {
  const dimension = image.outputs.find(({ name }) => name === outputs.image)?.shape.at(-1);
  return typeof dimension === 'number' ? dimension : undefined;
}

function contextLength(text: OnnxGraph, described: number): number {
  const length = text.inputs.find(({ name }) => name === IDS)?.shape[1];
  return typeof length === 'number' ? length : described;
}

async function readScore(joint: OnnxGraph | null, dimension: number, folder: string): Promise<ModelManifest['score']> {
  const logits = joint && (await readLogits(joint, dimension, folder));
  if (!logits) return { kind: 'none' };
  return { kind: 'sigmoid', logitScale: Math.log(logits.same - logits.apart), bias: logits.apart };
}
