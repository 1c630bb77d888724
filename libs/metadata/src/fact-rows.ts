import { FACTS_VERSION, type ImageRow, type NewFacts } from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, slices } from './database';
import { ImageEntity } from './entities/image.entity';
import { lockCollection } from './image-changes';
import { columnsOf, factColumns, imageQuery, toRow, type RawImage } from './image-rows';

/** Each version is a value of its own, so that the index gives the rows in the order of their ids. */
const EARLIER_VERSIONS = Array.from({ length: FACTS_VERSION }, (_, version) => version);

export async function countWithoutFacts(manager: EntityManager, collectionId: number): Promise<number> {
  return await withoutFacts(columnsOf(manager, ['id']), collectionId).getCount();
}

export async function pageWithoutFacts(
  manager: EntityManager,
  collectionId: number,
  afterId: number,
  limit: number,
): Promise<ImageRow[]> {
  const page = withoutFacts(imageQuery(manager), collectionId)
    .andWhere('i.id > :afterId', { afterId })
    .orderBy('i.id')
    .limit(limit);
  return (await page.getRawMany<RawImage>()).map(toRow);
}

/** Leaves out rows with facts of this version. */
function withoutFacts(query: SelectQueryBuilder<ImageEntity>, collectionId: number): SelectQueryBuilder<ImageEntity> {
  return query.where("i.collectionId = :collectionId AND i.factsVersion IN (:...earlier) AND i.state = 'READY'", {
    collectionId,
    earlier: EARLIER_VERSIONS,
  });
}

/** @returns the ids of the rows that are READY */
export async function setFacts(
  manager: EntityManager,
  collectionId: number,
  changes: readonly NewFacts[],
): Promise<number[]> {
  await lockCollection(manager, collectionId);
  const ready: number[] = [];
  for (const slice of slices(changes, LIST_SLICE)) {
    const where = { collectionId, state: 'READY', id: among(slice.map(({ id }) => id)) } as const;
    for (const { id } of await manager.find(ImageEntity, { select: { id: true }, where })) ready.push(id);
  }
  const isReady = new Set(ready);
  for (const { id, facts } of changes)
    if (isReady.has(id))
      await manager.update(ImageEntity, { id }, { ...factColumns(facts), factsVersion: FACTS_VERSION });
  return ready;
}
