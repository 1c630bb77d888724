// Rows as a load writes them, of pictures that are nowhere: random unit vectors, paths of 40 characters.
import { createHash, randomFillSync } from 'node:crypto';

const BATCH = 200;

/** Makes the collection `made-up`. @param store a MetadataStore */
export async function fillStore(store, { rows, dimension, model, space, previewBytes = 0 }) {
  const { id } = await store.createCollection({ name: 'made-up', dimension, model, space });
  for (let done = 0; done < rows; done += BATCH) {
    const first = await store.reserveIds(Math.min(BATCH, rows - done));
    const images = Array.from({ length: Math.min(BATCH, rows - done) }, (_, i) =>
      newImage(first + i, done + i, dimension, previewBytes),
    );
    await store.insertPending(id, images);
    await store.settle(
      id,
      images.map((image) => image.id),
    );
  }
}

function newImage(id, number, dimension, previewBytes) {
  const imageId = `2024/holiday/IMG_${String(number).padStart(9, '0')}.jpg`;
  const hash = createHash('sha256').update(imageId).digest('hex');
  return {
    id,
    imageId,
    contentHash: hash,
    fingerprint: hash,
    mimeType: 'image/jpeg',
    width: 4_032,
    height: 3_024,
    sizeBytes: 3_000_000,
    source: '/pictures',
    original: { kind: 'reference', path: `/pictures/${imageId}`, modifiedAtMs: 1_700_000_000_000 },
    embedding: unitVector(dimension),
    ...(previewBytes > 0 ? { preview: randomFillSync(new Uint8Array(previewBytes)) } : {}),
  };
}

function unitVector(dimension) {
  const vector = Float32Array.from({ length: dimension }, () => Math.random() - 0.5);
  let sum = 0;
  for (const value of vector) sum += value * value;
  const norm = Math.sqrt(sum);
  return vector.map((value) => value / norm);
}
