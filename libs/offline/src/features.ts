import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { takeLock } from '@wentu/data-folder';
import { FeatureWriter, fingerprintFiles, idLiteral, openPictures, readTexts, type OpenPictures } from '@wentu/dataset';
import { ConflictError, InvalidInputError, type ItemError, type ModelInfo } from '@wentu/domain';
import {
  cleanForEvaluation,
  createImagePreparer,
  loadModel,
  openTextEncoder,
  REFERENCE_PREPROCESSING,
  startImageEncoderThread,
} from '@wentu/encoder';
import { chooseModel } from '@wentu/models';
import { extractImageFeatures, extractTextFeatures } from '@wentu/search';
import type { ToolSettings } from './tool-settings';

export interface FeaturesOptions {
  /** A tsv file or a directory. */
  readonly images: string;
  readonly texts: string;
  /** The folder of both feature files. */
  readonly directory: string;
  readonly split: string;
  readonly batchSize: number;
}

export interface FeaturesProgress {
  readonly what: 'texts' | 'images';
  readonly processed: number;
  readonly total: number;
  readonly failed: number;
  /** The rate of this run; rows of an earlier run do not count. */
  readonly perSecond: number | null;
}

export interface FeaturesEvents {
  progress(state: FeaturesProgress): void;
  failure(item: string, error: ItemError): void;
}

export interface FeaturesResult {
  readonly texts: number;
  readonly images: number;
  readonly failed: number;
}

const TEXT_PREPROCESSING = 'cn-clip-evaluation-text-1';
const MAX_BATCH = 256;

/**
 * Extracts the features of a data set into cn_clip's files, with sidecars that name the model. Continues an earlier
 * run: features in the files are not extracted again.
 */
export async function writeFeatures(
  config: ToolSettings,
  options: FeaturesOptions,
  events: FeaturesEvents,
): Promise<FeaturesResult> {
  const { split, batchSize } = options;
  if (!/^[\w][\w.-]*$/.test(split)) throw new InvalidInputError(`split is ${split}; give a name that files can have`);
  if (batchSize < 1 || batchSize > MAX_BATCH)
    throw new InvalidInputError(`batch-size is ${batchSize}; give a whole number from 1 to ${MAX_BATCH}`);
  const { folder: modelFolder } = await chooseModel(config);
  const unlock = await lockOutput(config.dataDir, options);
  try {
    // A wrong path of the pictures is reported before the texts are encoded.
    const pictures = await openPictures(options.images, split, config.limits);
    try {
      const texts = await writeTextFeatures(config, modelFolder, options, events);
      return { texts, ...(await writeImageFeatures(config, modelFolder, pictures, options, events)) };
    } finally {
      await pictures.dataset.close();
    }
  } finally {
    unlock();
  }
}

/** Two processes that write the same files would mix their lines. @returns a function that releases the lock */
async function lockOutput(dataDir: string, { directory, split }: FeaturesOptions): Promise<() => void> {
  const locks = join(dataDir, '.locks');
  await mkdir(locks, { recursive: true });
  const output = createHash('sha256')
    .update(join(resolve(directory), split))
    .digest('hex')
    .slice(0, 32);
  const unlock = takeLock(join(locks, `features-${output}`));
  if (unlock) return unlock;
  throw new ConflictError(
    `another process is writing the features of ${split} in ${directory}; wait until it has ended`,
  );
}

async function writeTextFeatures(
  config: ToolSettings,
  modelFolder: string,
  { texts, directory, split, batchSize }: FeaturesOptions,
  events: FeaturesEvents,
): Promise<number> {
  const model = await loadModel(modelFolder, REFERENCE_PREPROCESSING);
  let total = 0;
  // This pass also reports a bad line before anything is encoded.
  for await (const _text of readTexts(texts)) total++;
  const writer = await FeatureWriter.open({
    path: join(directory, `${split}_texts.txt_feat.jsonl`),
    idKey: 'text_id',
    maker: {
      ...makerOf(model.info),
      preprocessing: TEXT_PREPROCESSING,
      input: await fingerprintFiles([['texts', texts]]),
    },
  });
  try {
    const engine = { device: config.device, threads: threadsOf(config) };
    const encoder = await openTextEncoder(model, engine, 'reference');
    try {
      const counter = new Counter('texts', total, events);
      const batches = extractTextFeatures(cleaned(texts, writer, counter), encoder, batchSize);
      for await (const batch of batches) {
        await writer.append(batch.map(({ of, feature }) => ({ literal: of.literal, feature })));
        counter.add({ done: batch.length });
      }
      return total;
    } finally {
      await encoder.close();
    }
  } finally {
    await writer.close();
  }
}

async function* cleaned(
  path: string,
  writer: FeatureWriter,
  counter: Counter,
): AsyncGenerator<{ literal: string; text: string }> {
  for await (const { id, literal, text } of readTexts(path)) {
    if (writer.has(id)) counter.add({ before: 1 });
    else yield { literal, text: cleanForEvaluation(text) };
  }
}

async function writeImageFeatures(
  config: ToolSettings,
  modelFolder: string,
  { dataset, fingerprint }: OpenPictures,
  { directory, split, batchSize }: FeaturesOptions,
  events: FeaturesEvents,
): Promise<{ images: number; failed: number }> {
  const { maxImageBytes, maxPixels, maxDecodeBytes, decodeTimeoutMs } = config.limits;
  const threads = threadsOf(config);
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const { device } = config;
    const encoder = await startImageEncoderThread({
      modelFolder,
      device,
      threads,
      batchSize,
      ...REFERENCE_PREPROCESSING,
    });
    closing.unshift(() => encoder.close());
    const { imageSize, resize, preprocessing } = encoder.model;
    const writer = await FeatureWriter.open({
      path: join(directory, `${split}_imgs.img_feat.jsonl`),
      idKey: 'image_id',
      maker: { ...makerOf(encoder.model), preprocessing, input: fingerprint },
    });
    closing.unshift(() => writer.close());
    const counter = new Counter('images', await dataset.count(), events);
    const batches = extractImageFeatures({
      dataset,
      preparer: createImagePreparer({
        imageSize,
        ...(resize && { resize }),
        ...REFERENCE_PREPROCESSING,
        maxPixels,
        maxDecodeBytes,
        decodeTimeoutMs,
        maxBytes: maxImageBytes,
        previewSide: imageSize,
      }),
      encoder,
      batchSize,
      decodeConcurrency: Math.max(2, threads),
      skip: (imageId) => {
        const isThere = writer.has(imageId);
        if (isThere) counter.add({ before: 1 });
        return isThere;
      },
      onFailure: (item, error) => {
        counter.add({ failed: 1 });
        events.failure(item, error);
      },
    });
    for await (const batch of batches) {
      await writer.append(batch.map(({ imageId, feature }) => ({ literal: idLiteral(imageId), feature })));
      counter.add({ done: batch.length });
    }
    return { images: counter.written, failed: counter.failed };
  } finally {
    for (const close of closing) await close();
  }
}

function makerOf({ name, space, dimension }: ModelInfo): { model: string; space: string; dimension: number } {
  return { model: name, space, dimension };
}

function threadsOf({ threads }: ToolSettings): number {
  return threads || availableParallelism();
}

/** Counts the finished rows of a file and reports every change. */
class Counter {
  private readonly startedMs = performance.now();
  private done = 0;
  private before = 0;
  failed = 0;

  constructor(
    private readonly what: FeaturesProgress['what'],
    private readonly total: number,
    private readonly events: FeaturesEvents,
  ) {}

  /** The number of features in the file. */
  get written(): number {
    return this.done + this.before;
  }

  add({ done = 0, before = 0, failed = 0 }: { done?: number; before?: number; failed?: number }): void {
    this.done += done;
    this.before += before;
    this.failed += failed;
    const seconds = (performance.now() - this.startedMs) / 1_000;
    this.events.progress({
      what: this.what,
      processed: this.written + this.failed,
      total: this.total,
      failed: this.failed,
      perSecond: this.done > 0 ? this.done / seconds : null,
    });
  }
}
