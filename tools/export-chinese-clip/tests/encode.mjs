// Encodes with Wentu's own encoder: node encode.mjs MODEL_FOLDER TEXTS.json PICTURE... → JSON on stdout.
import { readFileSync } from 'node:fs';
import { createImagePreparer, loadModel, openTextEncoder } from '../../../libs/encoder/dist/index.js';
import { openImageEncoder } from '../../../libs/encoder/dist/image-encoder.js';
import { verifyModel } from '../../../libs/encoder/dist/model.js';

const [folder, texts, ...pictures] = process.argv.slice(2);
// As the reference: no rotation, no alpha channel.
const parity = { upright: false, background: 'drop' };
const cpu = { device: 'cpu', threads: 1 };

const model = await loadModel(folder, parity);
await verifyModel(model);
const preparer = createImagePreparer({
  ...parity,
  imageSize: model.info.imageSize,
  maxPixels: 1e7,
  maxBytes: 1e7,
  previewSide: 64,
});
const prepared = await Promise.all(pictures.map((path) => preparer.prepare(readFileSync(path), { preview: false })));

const imageEncoder = await openImageEncoder(model, { ...cpu, batchSize: 3 });
const images = await imageEncoder.encodeImages(prepared.map(({ pixels }) => pixels));
await imageEncoder.close();
const textEncoder = await openTextEncoder(model, cpu);
const encoded = await textEncoder.encodeTexts(JSON.parse(readFileSync(texts, 'utf8')));
await textEncoder.close();
const rows = (vectors) => vectors.map((vector) => [...vector]);
console.log(JSON.stringify({ info: model.info, images: rows(images), texts: rows(encoded) }));
