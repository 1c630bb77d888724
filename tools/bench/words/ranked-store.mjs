// A collection with embeddings and words, and the three searches of a server over it.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const load = createRequire(import.meta.url);
const { imageFacts } = load(join(root, 'libs/domain/dist/index.js'));
const { openSqliteStore } = load(join(root, 'libs/metadata/dist/index.js'));
const { EmbeddedVectorStore } = load(join(root, 'libs/vector-store/dist/index.js'));
const { AutoSearcher, CollectionCentres, Relevance, Searcher, WordSearcher } = load(
  join(root, 'libs/search/dist/index.js'),
);
const { indexName } = load(join(root, 'libs/search/dist/index-name.js'));

const BATCH = 200;
const LIMITS = { maxTextLength: 1_000, maxTexts: 100 };
const COLLECTION = 'made-up';
const REVISION = 'bench';

/**
 * @param path of an SQLite file; it is filled when it is new
 * @param pictures `{ name, vector, lines }`: the embedding and the lines that were read
 * @param encoder of texts @param scale of the model's calibration
 */
export async function openRankedStore({ path, pictures, encoder, scale }) {
  const store = await openSqliteStore({ path });
  const { dimension, name: model, space } = encoder.model;
  await store.collections.create({ name: COLLECTION, dimension, model, space });
  const { id: collectionId, activeSpace } = await store.collections.find(COLLECTION);
  const vectors = await EmbeddedVectorStore.open({ threads: 1 });
  const index = indexName(collectionId, activeSpace.id);
  await vectors.ensure(index, dimension);
  for (let at = 0; at < pictures.length; at += BATCH) {
    const batch = pictures.slice(at, at + BATCH);
    const first = await store.ids.reserve(batch.length);
    const images = batch.map(({ name }, i) => imageOf(first + i, name));
    await store.images.insertPending(
      collectionId,
      images,
      images.map(({ id, contentHash }, i) => ({
        ...{ imageRowId: id, spaceId: activeSpace.id, vector: batch[i].vector, fingerprint: contentHash },
      })),
    );
    const points = images.map((image, i) => ({
      ...{ id: image.id, vector: batch[i].vector, attributes: {} },
    }));
    await vectors.upsert(index, points);
    await store.images.settle(
      collectionId,
      images.map(({ id }) => id),
    );
    const read = batch.map(({ lines }, i) => ({ id: first + i, lines }));
    await store.words.put(collectionId, REVISION, read);
  }
  const encoders = { own: encoder, of: async () => encoder };
  const relevance = new Relevance(new CollectionCentres(store.images), { scaleOf: async () => scale });
  const measures = {
    lineOf: async (text, of) => await relevance.lineOf(text, of),
    nearSimilarityOf: async () => 0.99,
  };
  const meaning = new Searcher(store, vectors, encoders, LIMITS, measures);
  const words = new WordSearcher(store, encoders, LIMITS, measures, { fewMatching: async () => null });
  const auto = new AutoSearcher(meaning, words);
  const page = { first: 1_000 };
  return {
    /** Names of the images, best first: at most 1,000. */
    meaning: async (text) => namesOf(await meaning.page({ text }, COLLECTION, page)),
    words: async (text) => namesOf(await words.page(text, COLLECTION, page)),
    auto: async (text) => namesOf(await auto.page(text, COLLECTION, page)),
    async close() {
      await vectors.close();
      await store.close();
    },
  };
}

function namesOf({ hits }) {
  return hits.map(({ hit }) => hit.image.imageId);
}

function imageOf(id, imageId) {
  const contentHash = createHash('sha256').update(imageId).digest('hex');
  return {
    ...{ id, imageId, contentHash, mimeType: 'image/png', width: 480, height: 480, sizeBytes: 10_000 },
    ...{ source: '/pictures', location: null, facts: imageFacts(undefined, 1_700_000_000_000 + id) },
    original: { kind: 'reference', path: `/pictures/${imageId}`, modifiedAtMs: 1_700_000_000_000 },
  };
}
