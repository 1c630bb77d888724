import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createImagePreparer, startImageEncoderThread } from '@wentu/encoder';
import { LocalChunkExecutor } from '@wentu/search';
import { chunkExecutorContract } from '@wentu/search/contract';
import { SAMPLES } from './config';

const MODEL = resolve(__dirname, '../../../models/wentu-mini');
const OPTIONS = { upright: true, background: 'white' } as const;

// The suite uses the shipped model and real pictures, and its own decoder processes.
chunkExecutorContract('LocalChunkExecutor with its decoders and a model', async () => {
  const encoder = await startImageEncoderThread({
    modelFolder: MODEL,
    device: 'cpu',
    threads: 1,
    batchSize: 4,
    ...OPTIONS,
  });
  const preparer = createImagePreparer({
    ...OPTIONS,
    imageSize: encoder.model.imageSize,
    maxPixels: 100_000_000,
    maxBytes: 10_000_000,
    previewSide: 64,
  });
  const files = ['ant.png', 'bear.png', 'bird.png'];
  return {
    executor: new LocalChunkExecutor({ preparer, encoder, decodeConcurrency: 4 }),
    pictures: await Promise.all(files.map((name) => readFile(join(SAMPLES, 'animals', name)))),
    dimension: encoder.model.dimension,
    async close() {
      preparer.close();
      await encoder.close();
    },
  };
});
