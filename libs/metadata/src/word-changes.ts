import type { WordLine } from '@wentu/domain';
import { LessThanOrEqual, type EntityManager } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, slices } from './database';
import { toBytes } from './entities/columns';
import { ImageEntity } from './entities/image.entity';
import { ImageWordsEntity, WordPostingEntity } from './entities/image-words.entity';
import { fromStoredLines } from './word-lines';
import { removePostings } from './word-postings';

/** The lines of images of any state. Images without lines are left out. */
export async function readLines(manager: EntityManager, ids: readonly number[]): Promise<Map<number, WordLine[]>> {
  const found = new Map<number, WordLine[]>();
  for (const slice of slices([...new Set(ids)], LIST_SLICE)) {
    const rows = await manager
      .createQueryBuilder(ImageWordsEntity, 'w')
      .select(['w.imageRowId AS id', 'w.data AS data'])
      .where('w.imageRowId IN (:...slice)', { slice })
      .getRawMany<{ id: number | string; data: ArrayBuffer | Uint8Array }>();
    for (const { id, data } of rows) found.set(Number(id), fromStoredLines(toBytes(data)));
  }
  return found;
}

/**
 * Removes the lines of images. The caller has locked their collections, or drops them.
 * @param ids at most LIST_SLICE
 */
export async function removeWords(manager: EntityManager, ids: readonly number[]): Promise<void> {
  const lines = await readLines(manager, ids);
  if (lines.size === 0) return;
  const id = among(lines.keys());
  const linesIn = new Map<number, Map<number, WordLine[]>>();
  for (const row of await manager.find(ImageEntity, { select: { id: true, collectionId: true }, where: { id } })) {
    const inCollection = linesIn.get(row.collectionId) ?? new Map<number, WordLine[]>();
    linesIn.set(row.collectionId, inCollection.set(row.id, lines.get(row.id) ?? []));
  }
  for (const [collectionId, linesOf] of linesIn) await removePostings(manager, collectionId, linesOf);
  await manager.delete(ImageWordsEntity, { imageRowId: id });
}

/** Removes postings of a collection that is being dropped. @returns whether there may be more */
export async function removeSliceOfPostings(
  manager: EntityManager,
  collectionId: number,
  size: number,
): Promise<boolean> {
  const [last] = await manager.find(WordPostingEntity, {
    select: { collectionId: true, gram: true, block: true },
    where: { collectionId },
    order: { gram: 'ASC', block: 'ASC' },
    ...{ skip: size - 1, take: 1 },
  });
  // The rows of the last gram may be more than the slice: as many as its blocks.
  await manager.delete(WordPostingEntity, { collectionId, ...(last ? { gram: LessThanOrEqual(last.gram) } : {}) });
  return last !== undefined;
}
