import { basename, join, resolve } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import type { ModelManifest } from '../manifest';
import {
  channels,
  copyInto,
  copyTower,
  deviations,
  parseJson,
  pictureSize,
  readJson,
  type ImportTask,
  type Imported,
  type RecognisedModel,
  type ModelListing,
} from './layout';
import { readOnnxGraph, type OnnxGraph, type OnnxValue } from './onnx-graph';
import { spaceOf } from './space';
import { missingTensor } from './split-onnx';
import { readPadding, tokenizerConfigSchema } from './tokenizer-files';

const GRAPHS = ['textual/model.onnx', 'visual/model.onnx'] as const;
const DESCRIPTIONS = {
  config: 'config.json',
  pictures: 'visual/preprocess_cfg.json',
  tokenizer: 'textual/tokenizer_config.json',
} as const;
const TOKENIZER = 'textual/tokenizer.json';
/** Files of these kinds beside a graph contain no weights. Weights have the names of tensors. */
const NO_WEIGHTS = /\.(json|txt|md|onnx|model|armnn|rknn)$/;
/** NLLB reads the language of a text from a token before it. */
const CHINESE = 'zho_Hans';

/** The values that are known. Of others, for example `letterbox`, the import says that it does not know them. */
const pictureSchema = z.object({
  size: pictureSize,
  mode: z.literal('RGB').default('RGB'),
  mean: channels,
  std: deviations,
  interpolation: z.enum(['bicubic', 'bilinear']),
  // The default of open_clip, for older files.
  resize_mode: z.enum(['squash', 'shortest']).default('shortest'),
});
const configSchema = z.object({
  embed_dim: z.int().min(1).max(65_536),
  text_cfg: z.object({
    context_length: z.int().min(3).max(4_096).default(77),
    hf_model_name: z.string().optional(),
    hf_tokenizer_name: z.string().optional(),
    tokenizer_kwargs: z
      .object({ clean: z.enum(['whitespace', 'canonicalize']).default('whitespace') })
      .default({ clean: 'whitespace' }),
  }),
});

/** @throws InvalidInputError when a file is missing, or the processing is not known */
export async function recogniseImmichLayout(
  listing: ModelListing,
  precision?: string,
): Promise<RecognisedModel | null> {
  const { name, files } = listing;
  if (!GRAPHS.some((graph) => files.includes(graph))) return null;
  if (precision !== undefined)
    throw new InvalidInputError(`${name} is in Immich's layout, which has only one precision; omit --precision`);
  const needed = [...Object.values(DESCRIPTIONS), TOKENIZER, ...GRAPHS];
  const missing = needed.find((file) => !files.includes(file));
  if (missing !== undefined)
    throw new InvalidInputError(`the model has no file ${name}/${missing}; fetch or export it again`);
  const read = async <T>(file: string, schema: z.ZodType<T>): Promise<T> =>
    parseJson(await listing.readText(file), `${name}/${file}`, schema);
  await read(DESCRIPTIONS.config, configSchema);
  await read(DESCRIPTIONS.pictures, pictureSchema);
  await read(DESCRIPTIONS.tokenizer, tokenizerConfigSchema);
  const weights = files.filter((file) => /^(textual|visual)\/[^/]+$/.test(file) && !NO_WEIGHTS.test(file));
  return {
    layout: "a CLIP in Immich's layout",
    precision: null,
    name: null,
    files: [...needed, ...weights],
    importFrom: importImmichLayout,
  };
}

/** Imports `textual/` and `visual/` as Immich's exporter writes them. Each tower keeps its folder. */
async function importImmichLayout(task: ImportTask): Promise<Imported> {
  const { source, signal } = task;
  const { embed_dim: dimension, text_cfg: config } = await readJson(join(source, DESCRIPTIONS.config), configSchema);
  const pictures = await readJson(join(source, DESCRIPTIONS.pictures), pictureSchema);
  const [text, image] = GRAPHS.map((graph) => readOnnxGraph(join(source, graph))) as [OnnxGraph, OnnxGraph];
  const padding = await readPadding(join(source, TOKENIZER), join(source, DESCRIPTIONS.tokenizer));

  const weights = [...(await copyTower(task, image, 'visual')), ...(await copyTower(task, text, 'textual'))];
  await copyInto(task, join(source, TOKENIZER), TOKENIZER);

  const name = task.name ?? basename(resolve(source));
  const resize = {
    fit: pictures.resize_mode === 'squash' ? 'squash' : 'crop',
    filter: pictures.interpolation,
  } as const;
  const { size, mean, std } = pictures;
  const reading = {
    contextLength: contextLength(text, config.context_length),
    cleaning: config.tokenizer_kwargs.clean === 'canonicalize' ? 'canonical' : 'white-space',
    prefix: [config.hf_model_name, config.hf_tokenizer_name].some((each) => /nllb/i.test(each ?? '')) ? CHINESE : '',
    padding: { id: padding, to: 'context' },
  } satisfies Partial<ModelManifest['text']>;
  return {
    manifest: {
      name,
      space: await spaceOf(
        'open-clip',
        [image.path, text.path, ...weights, join(source, TOKENIZER)],
        { size, mean, std, resize, ...reading },
        signal,
      ),
      title: { en: name, zh: name },
      license: 'unknown',
      dimension,
      score: { kind: 'none' },
      image: { file: 'visual/model.onnx', ...imageTensors(image), size, mean, std, resize, normalized: true },
      text: { file: 'textual/model.onnx', ...textTensors(text), ...reading, normalized: true },
      tokenizer: { kind: 'tokenizer-json', file: TOKENIZER },
      sessionConfig: {},
    },
    origins: { 'visual/model.onnx': image.path, 'textual/model.onnx': text.path, [TOKENIZER]: join(source, TOKENIZER) },
  };
}

/** Newer exports take bytes and normalise them in the graph. */
function imageTensors(graph: OnnxGraph): Pick<ModelManifest['image'], 'input' | 'output' | 'pixels'> {
  const { name, shape } = inputOf(graph, ['image']);
  return { input: name, output: outputOf(graph), pixels: shape[3] === 3 ? 'uint8-nhwc' : 'float-nchw' };
}

function textTensors(graph: OnnxGraph): Pick<ModelManifest['text'], 'inputs' | 'output'> {
  const mask = graph.inputs.find(({ name }) => name === 'attention_mask');
  const inputs = { ids: idsOf(graph).name, ...(mask ? { attentionMask: mask.name } : {}) };
  return { inputs, output: outputOf(graph) };
}

const idsOf = (graph: OnnxGraph): OnnxValue => inputOf(graph, ['text', 'input_ids']);

function inputOf(graph: OnnxGraph, names: readonly string[]): OnnxValue {
  const found = graph.inputs.find(({ name }) => names.includes(name));
  if (!found) throw missingTensor(graph, names.join(' or '));
  return found;
}

function outputOf(graph: OnnxGraph): string {
  const [first] = graph.outputs;
  if (!first) throw missingTensor(graph, 'embedding');
  return first.name;
}

function contextLength(graph: OnnxGraph, described: number): number {
  const length = idsOf(graph).shape[1];
  if (typeof length !== 'number' || length === described) return described;
  throw new InvalidInputError(
    `${graph.path} takes ${length} tokens, but config.json says ${described}; fetch or export it again`,
  );
}
