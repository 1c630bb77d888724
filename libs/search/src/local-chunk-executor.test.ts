import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ItemError, UnavailableError, type ImageEncoder, type ImageInspector, type ImagePreparer } from '@wentu/domain';
import { chunkExecutorContract } from './contract/chunk-executor-contract';
import { LocalChunkExecutor } from './local-chunk-executor';

const model = {
  ...{ name: 'm', space: 's', dimension: 2, imageSize: 1, contextLength: 52, logitScale: 4.6 },
  preprocessing: 'p',
};
const header = { mimeType: 'image/png', width: 3, height: 2 };

/** Decoders, and an encoder whose vectors identify the bytes of their pictures. */
const preparer = {
  async prepare(bytes, { preview }, signal) {
    await sleep(1, undefined, { signal }).catch(() => signal?.throwIfAborted());
    refuseBroken(bytes);
    const pixels = createHash('sha256').update(bytes).digest().subarray(0, 3);
    return { ...header, pixels, ...(preview ? { preview: Uint8Array.of(1) } : {}) };
  },
  async inspect(bytes) {
    refuseBroken(bytes);
    return header;
  },
  revisionOf: (bytes) => (bytes[0] === 1 ? 'r' : ''),
} satisfies ImagePreparer & ImageInspector;
const encoder = {
  model,
  async encodeImages(images, signal) {
    signal?.throwIfAborted();
    return images.map((pixels) => Float32Array.of(Math.cos(pixels[0]!), Math.sin(pixels[0]!)));
  },
} satisfies ImageEncoder;

function refuseBroken(bytes: Uint8Array): void {
  const text = Buffer.from(bytes).toString();
  if (text === '' || text.startsWith('no picture')) throw new ItemError('DECODE_FAILED', 'no picture');
  if (text === 'away') throw new UnavailableError('the decoders have ended');
}

const tools = { preparer, encoder, decodeConcurrency: 2 };

chunkExecutorContract('LocalChunkExecutor', async () => ({
  executor: new LocalChunkExecutor(tools),
  pictures: [Uint8Array.of(1, 1), Uint8Array.of(2, 2), Uint8Array.of(3, 3)],
  dimension: 2,
  close: async () => undefined,
}));

test('rejects when the decoders have ended, and reports no failure of a picture', async () => {
  const chunk = [Buffer.from('away'), Buffer.of(1)].map((bytes) => ({ bytes, vector: true, preview: false }));
  const executing = new LocalChunkExecutor(tools).execute(chunk, new AbortController().signal);
  await expect(executing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
