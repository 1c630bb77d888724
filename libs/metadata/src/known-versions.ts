import type { KnownVersion } from '@wentu/domain';
import { LIST_SLICE, slices, type Database } from './database';
import { SourceEntity } from './entities/collection.entity';
import { EmbeddingEntity } from './entities/image.entity';
import { columnsOf, toPlaced, type RawPlacedImage } from './image-rows';
import { textKey } from './keys';

/** READY versions by the keys of these texts: locations or imageIds. */
export async function selectVersions(
  database: Database,
  key: 'locationKey' | 'liveKey',
  collectionId: number,
  spaceId: number,
  texts: readonly string[],
): Promise<Map<string, KnownVersion>> {
  type Row = RawPlacedImage &
    Record<'imageId' | 'directory' | 'wantedKey', string> &
    Record<'sizeBytes', number | string> &
    Record<'locationKey' | 'fingerprint' | 'givenKey', string | null>;
  const textOf = new Map(texts.map((text) => [textKey(text), text]));
  const found = new Map<string, KnownVersion>();
  for (const keys of slices([...textOf.keys()], LIST_SLICE)) {
    const rows = await database.read((manager) =>
      columnsOf(manager, [
        'id',
        'imageId',
        'path',
        'modifiedAtMs',
        'sizeBytes',
        'keptWithoutFile',
        'locationKey',
        'givenKey',
      ])
        .addSelect(`i.${key}`, 'wantedKey')
        .addSelect('s.directory', 'directory')
        .addSelect('e.fingerprint', 'fingerprint')
        .innerJoin(SourceEntity, 's', 's.id = i.sourceId')
        .leftJoin(EmbeddingEntity, 'e', 'e.imageRowId = i.id AND e.spaceId = :spaceId', { spaceId })
        .where(`i.collectionId = :collectionId AND i.state = 'READY' AND i.${key} IN (:...keys)`, {
          collectionId,
          keys,
        })
        .getRawMany<Row>(),
    );
    for (const row of rows) {
      found.set(textOf.get(row.wantedKey) as string, {
        ...toPlaced(row),
        imageId: row.imageId,
        fingerprint: row.fingerprint,
        sizeBytes: Number(row.sizeBytes),
        source: row.directory,
        hasLocation: row.locationKey !== null,
        givenKey: row.givenKey,
      });
    }
  }
  return found;
}
