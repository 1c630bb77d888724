import type { ImageContent, LoadOptions, PlacedImage, SourceFolder, WatchReport } from '@wentu/domain';
import type { EntityManager } from 'typeorm';
import { LIST_SLICE, slices } from './database';
import { SourceEntity } from './entities/collection.entity';
import { EmbeddingEntity } from './entities/image.entity';
import { columnsOf, toPlaced, type RawPlacedImage } from './image-rows';

const CONTENT = ['id', 'imageId', 'contentHash', 'path', 'modifiedAtMs', 'keptWithoutFile'] as const;

export async function listSources(manager: EntityManager, collectionId: number): Promise<SourceFolder[]> {
  const sources = manager.getRepository(SourceEntity);
  return (await sources.find({ where: { collectionId }, order: { id: 'ASC' } })).map(toSource);
}

export async function findSource(manager: EntityManager, id: number): Promise<SourceFolder | null> {
  const source = await manager.getRepository(SourceEntity).findOneBy({ id });
  return source && toSource(source);
}

export function toSource({ id, collectionId, directory, devices, ...row }: SourceEntity): SourceFolder {
  const stored = JSON.parse(devices ?? '{}') as Record<string, string>;
  const report = row.watchReport === null ? null : (JSON.parse(row.watchReport) as WatchReport);
  const watch = row.watchOptions === null ? null : { options: JSON.parse(row.watchOptions) as LoadOptions, report };
  return { id, collectionId, directory, devices: new Map(Object.entries(stored)), watch };
}

export async function pageSource(
  manager: EntityManager,
  sourceId: number,
  afterId: number,
  limit: number,
): Promise<PlacedImage[]> {
  const rows = await columnsOf(manager, ['id', 'path', 'modifiedAtMs', 'keptWithoutFile'])
    .where("i.sourceId = :sourceId AND i.state = 'READY' AND i.id > :afterId", { sourceId, afterId })
    .orderBy('i.id')
    .limit(limit)
    .getRawMany<RawPlacedImage>();
  return rows.map(toPlaced);
}

/** READY versions with these bytes, at most `limit`. */
export async function findContents(
  manager: EntityManager,
  collectionId: number,
  spaceId: number,
  contentHashes: readonly string[],
  limit: number,
): Promise<ImageContent[]> {
  type Row = RawPlacedImage & Record<'imageId' | 'contentHash', string> & Record<'fingerprint', string | null>;
  const found: ImageContent[] = [];
  for (const hashes of slices([...new Set(contentHashes)], LIST_SLICE)) {
    if (found.length >= limit) break;
    const rows = await columnsOf(manager, CONTENT)
      .addSelect('e.fingerprint', 'fingerprint')
      .leftJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId })
      .where('i.collectionId = :collectionId', { collectionId })
      .andWhere("i.state = 'READY' AND i.contentHash IN (:...hashes)", { hashes })
      .orderBy('i.id')
      .limit(limit - found.length)
      .getRawMany<Row>();
    for (const row of rows) {
      const { imageId, contentHash, fingerprint } = row;
      found.push({ ...toPlaced(row), imageId, contentHash, fingerprint });
    }
  }
  return found;
}
