import {
  applyChange,
  InvalidInputError,
  MAX_OWN_NAMES,
  ownAttribute,
  type AttributeChange,
  type ChangedAttributes,
  type ImageAttributes,
  type ImageState,
  type OwnAttributes,
  type StalePoint,
} from '@wentu/domain';
import { MoreThan, type EntityManager } from 'typeorm';
import { among } from './among';
import { LIST_SLICE, slices, type Database } from './database';
import { AttributeNameEntity, StalePointEntity } from './entities/image-attribute.entity';
import { CollectionEntity } from './entities/collection.entity';
import { ImageEntity } from './entities/image.entity';
import { reserve } from './ids';
import { lockCollection } from './image-changes';
import { fromOwn, toOwn } from './image-rows';
import { textKey } from './keys';
import { updateOwn } from './own-rows';

/** The versions of one image that a change is for. */
type Versions = Pick<ImageEntity, 'id' | 'imageKey' | 'state' | 'own' | 'givenKey'>[];

/** The attributes that owners give to images. */
export class TypeOrmImageAttributes implements ImageAttributes {
  constructor(private readonly database: Database) {}

  async admit(collectionId: number, names: readonly string[]): Promise<Set<string>> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      return await admit(manager, collectionId, new Set(names));
    });
  }

  async change(
    collectionId: number,
    changes: readonly AttributeChange[],
  ): Promise<{ readonly results: ChangedAttributes[]; readonly stale: StalePoint[] }> {
    return await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      const versions = await versionsOf(
        manager,
        collectionId,
        changes.map(({ imageId }) => textKey(imageId)),
      );
      const changed = new Map<number, OwnAttributes>();
      const results: ChangedAttributes[] = [];
      const names = changes.flatMap(({ attributes = [], setAttributes = [] }) => [...attributes, ...setAttributes]);
      const admitted = await admit(
        manager,
        collectionId,
        new Set(names.map(({ name, kind }) => ownAttribute(name, kind))),
      );
      for (const change of changes) {
        const of = versions.get(textKey(change.imageId)) ?? [];
        results.push({ imageId: change.imageId, ...applied(change, of, admitted, changed) });
      }
      const given = changes.filter((_, i) => results[i]?.status === 'DONE');
      await setGivenKeys(manager, given, versions);
      await updateOwn(manager, collectionId, changed);
      await addStale(manager, collectionId, [...changed.keys()]);
      if (changed.size > 0) await manager.increment(CollectionEntity, { id: collectionId }, 'attributesVersion', 1);
      const rows = given.flatMap(({ imageId }) => (versions.get(textKey(imageId)) ?? []).map(({ id }) => id));
      return { results, stale: await staleOf(manager, rows) };
    });
  }

  async pageStale(collectionId: number, afterId: number, limit: number): Promise<StalePoint[]> {
    const rows = await this.database.read((manager) =>
      manager.find(StalePointEntity, {
        where: { collectionId, id: MoreThan(afterId) },
        order: { id: 'ASC' },
        take: limit,
      }),
    );
    return rows.map(({ id, imageRowId }) => ({ id, imageRowId }));
  }

  async staleOf(rowIds: readonly number[]): Promise<StalePoint[]> {
    return await this.database.read((manager) => staleOf(manager, rowIds));
  }

  async removeStale(collectionId: number, ids: readonly number[]): Promise<void> {
    await this.database.transaction(async (manager) => {
      await lockCollection(manager, collectionId);
      for (const slice of slices(ids, LIST_SLICE)) await manager.delete(StalePointEntity, { id: among(slice) });
      await manager.increment(CollectionEntity, { id: collectionId }, 'attributesIndexed', 1);
    });
  }
}

/** @param changed gets the new attributes of each version that differ from the stored ones */
function applied(
  change: AttributeChange,
  versions: Versions,
  admitted: ReadonlySet<string>,
  changed: Map<number, OwnAttributes>,
): Pick<ChangedAttributes, 'status' | 'message'> {
  if (!versions.some(({ state }) => state === 'READY')) return { status: 'NOT_FOUND', message: null };
  const message = refusal(change, admitted);
  if (message !== null) return { status: 'INVALID', message };
  try {
    const next = versions.map((row): [Versions[number], OwnAttributes] => {
      return [row, applyChange(changed.get(row.id) ?? toOwn(row), change)];
    });
    for (const [row, own] of next) if (changed.has(row.id) || fromOwn(own) !== row.own) changed.set(row.id, own);
    return { status: 'DONE', message: null };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { status: 'INVALID', message: error.message };
  }
}

/** Why the collection cannot take the names of a change; null when it can. */
function refusal({ imageId, attributes = [], setAttributes = [] }: AttributeChange, admitted: ReadonlySet<string>) {
  const refused = [...attributes, ...setAttributes].find(({ name, kind }) => !admitted.has(ownAttribute(name, kind)));
  return refused ? noRoom(`image ${JSON.stringify(imageId)}`, refused.name) : null;
}

/** @param owner such as `image "a.jpg"` */
function noRoom(owner: string, name: string): string {
  return (
    `${owner} has an attribute ${JSON.stringify(name)}, but its collection has ${MAX_OWN_NAMES} different names and ` +
    'types already; use one of them, or a tag'
  );
}

/** READY and PENDING versions by the key of their image. There are few PENDING rows, those of running loads. */
async function versionsOf(
  manager: EntityManager,
  collectionId: number,
  keys: readonly string[],
): Promise<Map<string, Versions>> {
  const select = { id: true, imageKey: true, state: true, own: true, givenKey: true } as const;
  const wanted = new Set(keys);
  const found = new Map<string, Versions>();
  const add = (rows: Versions): void => {
    for (const row of rows)
      if (wanted.has(row.imageKey)) found.set(row.imageKey, [...(found.get(row.imageKey) ?? []), row]);
  };
  for (const slice of slices([...wanted], LIST_SLICE))
    add(await manager.find(ImageEntity, { select, where: { collectionId, liveKey: among(slice) } }));
  const state: ImageState = 'PENDING';
  add(await manager.find(ImageEntity, { select, where: { collectionId, state }, order: { id: 'ASC' } }));
  return found;
}

async function setGivenKeys(
  manager: EntityManager,
  changes: readonly AttributeChange[],
  versions: ReadonlyMap<string, Versions>,
): Promise<void> {
  for (const { imageId, givenKey } of changes) {
    if (givenKey === undefined) continue;
    const ready = versions.get(textKey(imageId))?.find(({ state }) => state === 'READY');
    if (ready && ready.givenKey !== givenKey) await manager.update(ImageEntity, { id: ready.id }, { givenKey });
  }
}

async function addStale(manager: EntityManager, collectionId: number, rowIds: readonly number[]): Promise<void> {
  if (rowIds.length === 0) return;
  const first = await reserve(manager, 'other', rowIds.length);
  for (const slice of slices(
    rowIds.map((imageRowId, i) => ({ id: first + i, collectionId, imageRowId })),
    LIST_SLICE,
  ))
    await manager.insert(StalePointEntity, [...slice]);
}

async function staleOf(manager: EntityManager, rowIds: readonly number[]): Promise<StalePoint[]> {
  const stale: StalePoint[] = [];
  for (const slice of slices([...new Set(rowIds)], LIST_SLICE)) {
    const rows = await manager.findBy(StalePointEntity, { imageRowId: among(slice) });
    for (const { id, imageRowId } of rows) stale.push({ id, imageRowId });
  }
  return stale;
}

/** The caller holds the lock of the collection. @returns the admitted names among these */
async function admit(manager: EntityManager, collectionId: number, names: ReadonlySet<string>): Promise<Set<string>> {
  if (names.size === 0) return new Set();
  const stored = async (): Promise<Set<string>> =>
    new Set((await manager.findBy(AttributeNameEntity, { collectionId })).map(({ name }) => name));
  let known = await stored();
  const isAdded = (name: string): boolean => !known.has(name);
  if (known.size + [...names].filter(isAdded).length > MAX_OWN_NAMES) {
    await removeUnused(manager, collectionId);
    known = await stored();
  }
  const admitted = [...names].filter(isAdded).slice(0, Math.max(0, MAX_OWN_NAMES - known.size));
  if (admitted.length > 0)
    await manager.insert(
      AttributeNameEntity,
      admitted.map((name) => ({ collectionId, name })),
    );
  return new Set([...names].filter((name) => known.has(name) || admitted.includes(name)));
}

async function removeUnused(manager: EntityManager, collectionId: number): Promise<void> {
  await manager.query(
    `DELETE FROM attribute_name WHERE collection_id = ? AND NOT EXISTS (SELECT 1 FROM image_attribute
      WHERE image_attribute.collection_id = attribute_name.collection_id AND image_attribute.name = attribute_name.name)`,
    [collectionId],
  );
}
