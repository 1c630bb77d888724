import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '@wentu/domain';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { fitTensors } from '../tensor-types';
import {
  CLIP_IMAGE,
  CLIP_TEXT,
  copyExternalFiles,
  copyInto,
  DEFAULT_LOGIT_SCALE,
  missingPrecision,
  readTextFile,
  REFERENCE_CONTEXT_LENGTH,
  weightFiles,
  type ImportTask,
  type Imported,
  type RecognisedModel,
  type ModelListing,
} from './layout';
import { readOnnxGraph, type OnnxGraph, type OnnxValue } from './onnx-graph';
import { spaceOf } from './space';
import { missingTensor } from './split-onnx';
import { toPieces } from './vocabulary';

const IMAGE = { input: 'image', output: 'unnorm_image_features' } as const;
const TEXT = { input: 'text', output: 'unnorm_text_features' } as const;
/** The values of CLIP, which cn_clip uses for all its models. */
const MEAN: [number, number, number] = [0.48145466, 0.4578275, 0.40821073];
const STD: [number, number, number] = [0.26862954, 0.26130258, 0.27577711];
const VOCABULARY = join(__dirname, '../../vocabulary/bert-base-chinese.txt');
const MAX_SIDE = 4_096;
/** In the order of preference. */
const PRECISIONS = ['fp32', 'fp16'] as const;

/** The two graphs of an export: `NAME.img.fp32.onnx` and `NAME.txt.fp32.onnx`, or both with fp16. */
interface CnClipPair {
  readonly name: string;
  readonly precision: (typeof PRECISIONS)[number];
  readonly image: string;
  readonly text: string;
}

/** @throws InvalidInputError when the export is incomplete, or does not have this precision */
export async function recogniseCnClipLayout(
  { name, files }: ModelListing,
  precision?: string,
): Promise<RecognisedModel | null> {
  const pair = findCnClipPair(name, files, precision);
  if (!pair) return null;
  const graphs = [pair.image, pair.text];
  return {
    layout: `cn_clip's ONNX export (${pair.name}, ${pair.precision})`,
    precision: pair.precision,
    name: null,
    files: [
      ...graphs,
      ...graphs.flatMap((graph) => weightFiles(graph, files)),
      ...files.filter((file) => file === 'vocab.txt'),
    ],
    importFrom: (task) => importCnClipLayout(task, pair),
  };
}

/**
 * The pair in a folder, fp32 before fp16; undefined when the folder has no graph of a pair.
 *
 * @throws InvalidInputError when one graph is missing, or the folder has several pairs
 */
function findCnClipPair(source: string, files: readonly string[], wanted?: string): CnClipPair | undefined {
  const halves = files.flatMap((file) => {
    const [, name, tower, precision] = /^(.+)\.(img|txt)\.(fp32|fp16)\.onnx$/.exec(file) ?? [];
    return name === undefined ? [] : [{ name, tower, precision }];
  });
  const [first] = halves;
  if (!first) return undefined;
  const names = [...new Set(halves.map(({ name }) => name))];
  if (names.length > 1) {
    throw new InvalidInputError(
      `${source} contains exports of several models: ${names.sort().slice(0, 10).join(', ')}; put each into its own folder`,
    );
  }
  const fileOf = (tower: string, precision: string): string => `${first.name}.${tower}.${precision}.onnx`;
  const whole = PRECISIONS.filter((precision) =>
    ['img', 'txt'].every((tower) => files.includes(fileOf(tower, precision))),
  );
  const [chosen] = whole.filter((precision) => precision === (wanted ?? precision));
  if (chosen !== undefined) {
    return { name: first.name, precision: chosen, image: fileOf('img', chosen), text: fileOf('txt', chosen) };
  }
  if (whole.length > 0) throw missingPrecision(source, String(wanted), whole);
  const [missing] = ['img', 'txt'].filter((tower) => !files.includes(fileOf(tower, first.precision as string)));
  throw new InvalidInputError(
    `the model has no file ${join(source, fileOf(missing as string, first.precision as string))}; fetch or export it again`,
  );
}

/**
 * Imports the files that cn_clip's `pytorch_to_onnx.py` writes. Size and dimension come from the graphs. The export
 * contains no vocabulary, so that of BERT-Base, Chinese is used unless the folder has a vocab.txt.
 */
async function importCnClipLayout(task: ImportTask, pair: CnClipPair): Promise<Imported> {
  const { source, folder, signal } = task;
  const [image, text] = [readOnnxGraph(join(source, pair.image)), readOnnxGraph(join(source, pair.text))];
  const pixels = requireTensors(image, IMAGE);
  const ids = requireTensors(text, TEXT);
  const own = join(source, 'vocab.txt');
  const vocabulary = existsSync(own) ? own : VOCABULARY;
  const pieces = toPieces(await readTextFile(vocabulary));
  const size = pictureSide(image, pixels);
  const length = ids.shape[1];

  await copyInto(task, image.path, 'image.onnx');
  await copyInto(task, text.path, 'text.onnx');
  const weights = await copyExternalFiles(task, image, text);
  await writeFile(join(folder, 'vocab.txt'), pieces.map((piece) => `${piece}\n`).join(''), { flag: 'wx' });

  const model = `cn-clip-${pair.name}`;
  const name = task.name ?? model;
  const preprocessing = { size, mean: MEAN, std: STD };
  return {
    manifest: {
      name,
      space: await spaceOf(
        model,
        [image.path, text.path, ...weights, join(folder, 'vocab.txt')],
        preprocessing,
        signal,
      ),
      title: { en: name, zh: name },
      license: 'unknown',
      dimension: await readDimension(image, size, folder),
      score: { kind: 'softmax', logitScale: DEFAULT_LOGIT_SCALE },
      image: { file: 'image.onnx', ...IMAGE, ...preprocessing, ...CLIP_IMAGE, normalized: false },
      text: {
        file: 'text.onnx',
        inputs: { ids: TEXT.input },
        output: TEXT.output,
        contextLength: typeof length === 'number' ? length : REFERENCE_CONTEXT_LENGTH,
        padding: { id: 0, to: typeof length === 'number' ? 'context' : 'longest' },
        ...CLIP_TEXT,
        normalized: false,
      },
      tokenizer: { kind: 'word-piece', file: 'vocab.txt' },
      sessionConfig: {},
    },
    origins: { 'image.onnx': image.path, 'text.onnx': text.path, 'vocab.txt': vocabulary },
  };
}

/** @returns the input */
function requireTensors(graph: OnnxGraph, { input, output }: { input: string; output: string }): OnnxValue {
  const found = graph.inputs.find(({ name }) => name === input);
  if (!found) throw missingTensor(graph, input);
  if (!graph.outputs.some(({ name }) => name === output)) throw missingTensor(graph, output);
  return found;
}

function pictureSide({ path }: OnnxGraph, { shape }: OnnxValue): number {
  const [, channels, height, width] = shape;
  if (shape.length === 4 && channels === 3 && typeof height === 'number' && height === width && height <= MAX_SIDE)
    return height;
  throw new InvalidInputError(
    `${path} takes pictures of [${shape.join(', ')}]; an export takes [1, 3, S, S], where S × S is the picture size of its training`,
  );
}

/** Reads the dimension from the graph, or from a run when the graph does not declare it. */
async function readDimension(image: OnnxGraph, size: number, folder: string): Promise<number> {
  const declared = image.outputs.find(({ name }) => name === IMAGE.output)?.shape[1];
  if (typeof declared === 'number' && declared > 0) return declared;
  try {
    const session = await InferenceSession.create(join(folder, 'image.onnx'), { logSeverityLevel: 4 });
    try {
      const picture = new Tensor('float32', new Float32Array(3 * size * size), [1, 3, size, size]);
      const { [IMAGE.output]: features } = await session.run(fitTensors(session, { [IMAGE.input]: picture }));
      return features?.dims[1] ?? 0;
    } finally {
      await session.release();
    }
  } catch (error) {
    throw new InvalidInputError(`${image.path} cannot be run: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
