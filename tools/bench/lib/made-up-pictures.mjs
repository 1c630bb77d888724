// Rows in the format of a load, for pictures that do not exist: vectors around centres, paths of 40 characters.
import { createHash, randomFillSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { clusteredVectors } from './clustered-vectors.mjs';

const { imageFacts } = createRequire(import.meta.url)('@wentu/domain');

const BATCH = 200;

/**
 * Creates the collection `made-up`.
 * @param store a MetadataStore @param vary fields of an image by its number, instead of the usual ones
 */
export async function fillStore(store, { rows, dimension, model, space, previewBytes = 0, vary = () => ({}) }) {
  const nextVector = clusteredVectors(dimension);
  const { id, activeSpace } = await store.collections.create({ name: 'made-up', dimension, model, space });
  for (let done = 0; done < rows; done += BATCH) {
    const first = await store.ids.reserve(Math.min(BATCH, rows - done));
    const images = Array.from({ length: Math.min(BATCH, rows - done) }, (_, i) => ({
      ...newImage(first + i, done + i, previewBytes),
      ...vary(done + i),
    }));
    const embeddings = images.map((image) => ({
      ...{ imageRowId: image.id, spaceId: activeSpace.id, vector: nextVector(), fingerprint: image.contentHash },
    }));
    await store.images.insertPending(id, images, embeddings);
    await store.images.settle(
      id,
      images.map((image) => image.id),
    );
  }
}

function newImage(id, number, previewBytes) {
  const imageId = `2024/holiday/IMG_${String(number).padStart(9, '0')}.jpg`;
  const hash = createHash('sha256').update(imageId).digest('hex');
  return {
    id,
    imageId,
    contentHash: hash,
    mimeType: 'image/jpeg',
    // Each width is that of one image in a thousand.
    width: 3_000 + (number % 1_000),
    height: 3_024,
    sizeBytes: 3_000_000,
    source: '/pictures',
    location: null,
    facts: imageFacts(undefined, 1_700_000_000_000 + number * 60_000),
    original: { kind: 'reference', path: `/pictures/${imageId}`, modifiedAtMs: 1_700_000_000_000 },
    ...(previewBytes > 0 ? { preview: randomFillSync(new Uint8Array(previewBytes)) } : {}),
  };
}
