import type { ExecutionProvider, TextEncoder } from '@wentu/domain';
import { Tensor } from 'onnxruntime-node';
import type { Model } from './model';
import { openSession, toVectors, type SessionOptions } from './session';
import { createTokenizer } from './tokenizer';

export interface OpenTextEncoder extends TextEncoder {
  readonly provider: ExecutionProvider;
  close(): Promise<void>;
}

/** The text tower, in the thread that calls it: a run blocks that thread. */
export async function openTextEncoder(model: Model, options: SessionOptions): Promise<OpenTextEncoder> {
  const { file, inputs, output, contextLength, sequence } = model.manifest.text;
  const tokenizer = createTokenizer(model.vocabulary, contextLength);
  const names = [inputs.ids, ...(inputs.attentionMask === undefined ? [] : [inputs.attentionMask])];
  const { session, provider } = await openSession(model, { file, inputs: names, output }, options);
  return {
    model: model.info,
    provider,
    async encodeTexts(texts, signal) {
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      const tokens = texts.map((text) => tokenizer.encode(text));
      const length = sequence === 'fixed' ? contextLength : Math.max(...tokens.map((ids) => ids.length));
      const shape = [texts.length, length];
      const [ids, mask] = [new BigInt64Array(texts.length * length), new BigInt64Array(texts.length * length)];
      tokens.forEach((row, y) =>
        row.forEach((id, x) => {
          ids[y * length + x] = BigInt(id);
          mask[y * length + x] = 1n;
        }),
      );
      const feeds: Record<string, Tensor> = { [inputs.ids]: new Tensor('int64', ids, shape) };
      if (inputs.attentionMask !== undefined) feeds[inputs.attentionMask] = new Tensor('int64', mask, shape);
      const results = await session.run(feeds, [output]);
      return toVectors(results[output] as Tensor, texts.length, model, file);
    },
    close: () => session.release(),
  };
}
