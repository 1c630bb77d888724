import type { NewEmbedding, NewImage, OwnAttributes } from '@wentu/domain';
import type { EntityManager } from 'typeorm';
import { insertRows } from './dialect';
import { asBuffer, checkEmbeddings, sourceIds, takeOriginals } from './image-changes';
import { EMBEDDING_COLUMNS, INSERT_COLUMNS, toEmbeddingValues, toValues } from './image-rows';
import { insertOwn, ownOfNew } from './own-rows';

const BLOB_COLUMNS = ['image_row_id', 'data'];

/**
 * Inserts PENDING rows with their embeddings, previews and attributes. The caller holds the lock of the collection.
 * @returns what the owner gave, by row
 */
export async function insertPendingRows(
  manager: EntityManager,
  collectionId: number,
  images: readonly NewImage[],
  embeddings: readonly NewEmbedding[],
): Promise<Map<number, OwnAttributes>> {
  await checkEmbeddings(manager, collectionId, images, embeddings);
  const sources = await sourceIds(manager, collectionId, new Set(images.map((image) => image.source)));
  const owned = await ownOfNew(manager, collectionId, images);
  const rows = images.map((image) => {
    const own = owned.get(image.id) as OwnAttributes;
    return toValues(collectionId, sources.get(image.source) as number, image, own);
  });
  await insertRows(manager, 'image', INSERT_COLUMNS, rows);
  await insertRows(manager, 'embedding', EMBEDDING_COLUMNS, embeddings.map(toEmbeddingValues));
  const previews = images.flatMap(({ id, preview }) => (preview ? [[id, asBuffer(preview)]] : []));
  await insertRows(manager, 'image_preview', BLOB_COLUMNS, previews);
  await insertOwn(manager, collectionId, owned);
  await takeOriginals(manager, images);
  return new Map([...owned].filter(([, { tags, attributes }]) => tags.length + attributes.length > 0));
}
