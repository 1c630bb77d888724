import {
  mergeGiven,
  NO_OWN,
  ownAttribute,
  TAGS,
  type GivenAttributes,
  type NewImage,
  type OwnAttributes,
} from '@wentu/domain';
import type { EntityManager } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, slices } from './database';
import { insertRows } from './dialect';
import { ImageAttributeEntity } from './entities/image-attribute.entity';
import { ImageEntity } from './entities/image.entity';
import { fromOwn, toOwn } from './image-rows';
import { textKey } from './keys';

const COLUMNS = ['image_row_id', 'position', 'collection_id', 'name', 'text', 'number'];

/**
 * What the owner gave to new versions. Each takes over from the READY version what its source does not give, and
 * everything when the source gave the same to that version: the owner may have changed it since.
 */
export async function ownOfNew(
  manager: EntityManager,
  collectionId: number,
  images: readonly NewImage[],
): Promise<Map<number, OwnAttributes>> {
  const before = new Map<string, { readonly own: OwnAttributes; readonly givenKey: string | null }>();
  for (const keys of slices([...new Set(images.map(({ imageId }) => textKey(imageId)))], LIST_SLICE)) {
    const live = await manager.find(ImageEntity, {
      select: { liveKey: true, own: true, givenKey: true },
      where: { collectionId, liveKey: among(keys) },
    });
    for (const row of live) before.set(row.liveKey as string, { own: toOwn(row), givenKey: row.givenKey });
  }
  return new Map(
    images.map(({ id, imageId, given }) => {
      const known = before.get(textKey(imageId));
      const isAsBefore = given === undefined || given.key === known?.givenKey;
      const added: GivenAttributes = isAsBefore ? {} : given;
      return [id, mergeGiven(known?.own ?? NO_OWN, added)];
    }),
  );
}

/** Inserts the rows for conditions in SQL. */
export async function insertOwn(
  manager: EntityManager,
  collectionId: number,
  owned: ReadonlyMap<number, OwnAttributes>,
): Promise<void> {
  const rows = [...owned].flatMap(([id, own]) =>
    valuesOf(own).map(([name, text, number], position) => [id, position, collectionId, name, text, number]),
  );
  await insertRows(manager, 'image_attribute', COLUMNS, rows);
}

/** Replaces what the owner gave to existing rows. */
export async function updateOwn(
  manager: EntityManager,
  collectionId: number,
  owned: ReadonlyMap<number, OwnAttributes>,
): Promise<void> {
  for (const ids of slices([...owned.keys()], LIST_SLICE))
    await manager.delete(ImageAttributeEntity, { imageRowId: among(ids) });
  for (const [id, own] of owned) await manager.update(ImageEntity, { id }, { own: fromOwn(own) });
  await insertOwn(manager, collectionId, owned);
}

function valuesOf({ tags, attributes }: OwnAttributes): [name: string, text: string | null, number: number | null][] {
  return [
    ...tags.map((tag): [string, string, null] => [TAGS, tag, null]),
    ...attributes.map(({ name, kind, value }): [string, string | null, number | null] => {
      const key = ownAttribute(name, kind);
      return typeof value === 'string' ? [key, value, null] : [key, null, Number(value)];
    }),
  ];
}
