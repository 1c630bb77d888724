import { join } from 'node:path';
import type { ExecutionProvider, TextEncoder, TextExplainer } from '@wentu/domain';
import { Tensor } from 'onnxruntime-node';
import { readOnnxGraph } from './import/onnx-graph';
import type { Model } from './model';
import { openTokenizer } from './open-tokenizer';
import { openGraph, type SessionOptions } from './session';
import type { TokenizerMode } from './tokenizer';

export interface OpenTextEncoder extends TextEncoder, TextExplainer {
  readonly provider: ExecutionProvider;
  close(): Promise<void>;
}

/** The number of texts in one run. A larger number needs more memory and is hardly faster. */
const MAX_BATCH = 32;

/**
 * Opens the text tower in the calling thread; a run blocks that thread. Longer lists run in batches of 32.
 *
 * @param mode how words with unknown pieces are read; `reference` when vectors are compared with those of cn_clip
 * @throws InvalidInputError for a graph that does not match the model's description, UnavailableError without CUDA
 */
export async function openTextEncoder(
  model: Model,
  options: SessionOptions,
  mode: TokenizerMode = 'reference',
): Promise<OpenTextEncoder> {
  const { file, output } = model.manifest.text;
  const tokenizer = await openTokenizer(model, readOnnxGraph(join(model.folder, file)), mode);
  const toFeeds = (texts: readonly string[]): Record<string, Tensor> =>
    makeFeeds(
      model,
      texts.map((text) => tokenizer.encode(text)),
    );
  const graph = await openGraph(model, { file, output, sample: toFeeds(['']) }, options);
  const batchSize = Math.min(MAX_BATCH, graph.maxRows);
  return {
    model: model.info,
    provider: graph.provider,
    async encodeTexts(texts, signal) {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        signal?.throwIfAborted();
        const batch = texts.slice(start, start + batchSize);
        vectors.push(...(await graph.run(toFeeds(batch), batch.length)));
      }
      return vectors;
    },
    explainTexts: async (texts) => texts.map((text) => tokenizer.explain(text)),
    close: () => graph.close(),
  };
}

/**
 * Makes int64 ids `[batch, length]`, padded as the model describes. If the graph has these inputs, adds the attention
 * mask (0 for padding) and token types (all zero).
 */
function makeFeeds(model: Model, rows: readonly (readonly number[])[]): Record<string, Tensor> {
  const { inputs, contextLength, padding } = model.manifest.text;
  const length = padding.to === 'context' ? contextLength : Math.max(...rows.map((ids) => ids.length));
  const shape = [rows.length, length];
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(padding.id));
  const mask = new BigInt64Array(rows.length * length);
  rows.forEach((row, y) =>
    row.forEach((id, x) => {
      ids[y * length + x] = BigInt(id);
      mask[y * length + x] = 1n;
    }),
  );
  const feeds = { [inputs.ids]: new Tensor('int64', ids, shape) };
  if (inputs.attentionMask !== undefined) feeds[inputs.attentionMask] = new Tensor('int64', mask, shape);
  if (inputs.tokenTypes !== undefined)
    feeds[inputs.tokenTypes] = new Tensor('int64', new BigInt64Array(rows.length * length), shape);
  return feeds;
}
