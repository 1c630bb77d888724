// A model as the server opens it: pictures are decoded in processes and encoded by the image tower in a thread.
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const load = createRequire(import.meta.url);
const { parseConfig } = load(join(root, 'libs/composition/dist/index.js'));
const { ImageTowers } = load(join(root, 'libs/composition/dist/image-towers.js'));
const { loadModel, openTextEncoder } = load(join(root, 'libs/encoder/dist/index.js'));
const { InstalledModels } = load(join(root, 'libs/models/dist/index.js'));
const { PicturePool } = load(join(root, 'libs/picture/dist/index.js'));

/** @param folder a folder with wentu-model.json @param dataDir an empty folder for settings and results */
export async function openModel(folder, dataDir) {
  const threads = availableParallelism();
  const config = parseConfig({ WENTU_DATA_DIR: dataDir });
  const models = await InstalledModels.open(folder, dataDir, config);
  const decoder = new PicturePool({ ...config.limits, timeoutMs: config.limits.decodeTimeoutMs });
  const towers = new ImageTowers({ models, config, threads, decoder });
  const encoder = await openTextEncoder(await loadModel(folder, config), { device: 'cpu', threads });
  const { name, space, dimension } = models.own.info;
  return {
    encoder,
    encodePicture: (bytes) => towers.encodePicture(bytes, { model: name, space, dimension }),
    async close() {
      await towers.close();
      await Promise.all([encoder.close(), decoder.close()]);
    },
  };
}
