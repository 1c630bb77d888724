import { createHash } from 'node:crypto';
import {
  gramsOfQuery,
  isDecidedByGrams,
  matchWords,
  type ImageRow,
  type ReadWords,
  type WordSearch,
} from '@wentu/domain';
import { In, type EntityManager } from 'typeorm';
import { LIST_SLICE, slices } from './database';
import { insertRows, selectIds, selectInOrder } from './dialect';
import { ImageEntity } from './entities/image.entity';
import { whereMatches } from './filter-rows';
import { lockCollection } from './image-changes';
import { columnsOf, imageQuery, toRow, type RawImage } from './image-rows';
import { readLines, removeWords } from './word-changes';
import { fromStoredLines, toStoredLines } from './word-lines';
import { addPostings, idsWithGrams } from './word-postings';

/** Number of candidates whose rows are read first. Later slices are twice as long each, up to the largest. */
const FIRST_SLICE = 500;
const LARGEST_SLICE = 16_000;
/** Largest number of revisions whose images a page of unread images has. */
const MAX_REVISIONS = 16;

/** The stored form of a revision: a positive integer of 48 bits. 0 stands for images that were not read. */
export function wordsVersion(revision: string): number {
  return createHash('sha256').update(revision).digest().readUIntBE(0, 6) + 1;
}

/** Ids of READY images with all words, newest first. */
export async function findWords(
  manager: EntityManager,
  collectionId: number,
  { query, filter, before, limit }: WordSearch,
): Promise<number[]> {
  const candidates = await idsWithGrams(manager, collectionId, gramsOfQuery(query), before);
  const isDecided = isDecidedByGrams(query);
  const found: number[] = [];
  let size = Math.min(FIRST_SLICE, limit);
  for (
    let at = 0;
    at < candidates.length && found.length < limit;
    at += size, size = Math.min(2 * size, LARGEST_SLICE)
  ) {
    // The ids are integers, and a list of parameters takes the databases longer to read.
    const ready = columnsOf(manager, ['id'])
      .where("i.collectionId = :collectionId AND i.state = 'READY'", { collectionId })
      .andWhere(`i.id IN (${candidates.slice(at, at + size).join(', ')})`);
    if (filter) whereMatches(ready, filter);
    const ids = (await selectIds(manager, ready.orderBy('i.id'))).reverse();
    const lines = isDecided ? null : await readLines(manager, ids);
    found.push(...ids.filter((id) => !lines || matchWords(query, lines.get(id) ?? [])));
  }
  return found.slice(0, limit);
}

export async function countUnread(manager: EntityManager, collectionId: number, revision: string): Promise<number> {
  const earlier = await otherVersions(manager, collectionId, revision);
  if (earlier.length === 0) return 0;
  return await manager.countBy(ImageEntity, { collectionId, wordsVersion: In(earlier), state: 'READY' });
}

export async function pageUnread(
  manager: EntityManager,
  collectionId: number,
  revision: string,
  before: number | null,
  limit: number,
): Promise<ImageRow[]> {
  const rows: RawImage[] = [];
  for (const version of await otherVersions(manager, collectionId, revision)) {
    const query = imageQuery(manager).where(
      "i.collectionId = :collectionId AND i.wordsVersion = :version AND i.state = 'READY'",
      { collectionId, version },
    );
    if (before !== null) query.andWhere('i.id < :before', { before });
    const page = query.orderBy('i.id', 'DESC').limit(limit);
    rows.push(...(await selectInOrder<RawImage>(manager, page, 'image_words_version')));
  }
  return rows
    .map(toRow)
    .sort((a, b) => b.id - a.id)
    .slice(0, limit);
}

/** @returns the ids of the rows that are READY */
export async function putWords(
  manager: EntityManager,
  collectionId: number,
  revision: string,
  read: readonly ReadWords[],
): Promise<number[]> {
  await lockCollection(manager, collectionId);
  const given = new Map(read.map(({ id, lines }) => [id, lines]));
  const ready: number[] = [];
  for (const slice of slices([...given.keys()], LIST_SLICE)) {
    const where = { collectionId, state: 'READY', id: In([...slice]) } as const;
    const ids = (await manager.find(ImageEntity, { select: { id: true }, where })).map(({ id }) => id);
    if (ids.length === 0) continue;
    await removeWords(manager, ids);
    // As `get` returns them, so that the grams of a removal are those of this insertion.
    const stored = ids.flatMap((id) => {
      const lines = given.get(id) ?? [];
      return lines.length === 0 ? [] : [{ id, bytes: toStoredLines(lines) }];
    });
    await insertRows(
      manager,
      'image_words',
      ['image_row_id', 'data'],
      stored.map(({ id, bytes }) => [id, bytes]),
    );
    await addPostings(manager, collectionId, new Map(stored.map(({ id, bytes }) => [id, fromStoredLines(bytes)])));
    await manager.update(ImageEntity, { id: In(ids) }, { wordsVersion: wordsVersion(revision) });
    ready.push(...ids);
  }
  return ready;
}

/** The stored revisions of a collection's images except this one. Each step is one look into the index. */
async function otherVersions(manager: EntityManager, collectionId: number, revision: string): Promise<number[]> {
  const current = wordsVersion(revision);
  const found: number[] = [];
  let version = -1;
  while (found.length < MAX_REVISIONS) {
    const row = await manager
      .createQueryBuilder(ImageEntity, 'i')
      .select('MIN(i.wordsVersion)', 'version')
      .where('i.collectionId = :collectionId AND i.wordsVersion > :version', { collectionId, version })
      .getRawOne<{ version: number | string | null }>();
    if (row?.version === null || row?.version === undefined) break;
    version = Number(row.version);
    if (version !== current) found.push(version);
  }
  return found;
}
