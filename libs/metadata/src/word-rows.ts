import { createHash } from 'node:crypto';
import {
  foldedText,
  gramsOfQuery,
  hasExactWords,
  type ImageRow,
  type ReadWords,
  type WordQuery,
  type WordSearch,
} from '@wentu/domain';
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { LIST_SLICE, slices } from './database';
import { insertRows, selectInOrder } from './dialect';
import { ImageEntity } from './entities/image.entity';
import { ImageWordsEntity } from './entities/image-words.entity';
import { whereMatches } from './filter-rows';
import { lockCollection } from './image-changes';
import { columnsOf, imageQuery, toRow, type RawImage } from './image-rows';
import { readLines, removeWords } from './word-changes';
import { fromStoredLines, toStoredLines } from './word-lines';
import { addPostings, idsWithGrams } from './word-postings';

/** Number of candidates whose rows one statement reads. MariaDB makes a temporary table of 1,000 and more. */
const SLICE = 900;
/** Largest number of revisions whose images a page of unread images has. */
const MAX_REVISIONS = 16;

/** Halves of surrogate pairs, which UTF-8 cannot store. */
const SURROGATE = /\p{Surrogate}/u;
const SURROGATES = /\p{Surrogate}/gu;

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
  // Stored texts have no halves of surrogate pairs.
  if (query.terms.some(({ folded }) => SURROGATE.test(folded))) return [];
  const candidates = await idsWithGrams(manager, collectionId, gramsOfQuery(query), before);
  const isExact = query.terms.some((term) => term.isExact);
  const found: number[] = [];
  let size = Math.min(SLICE, limit);
  for (let at = 0; at < candidates.length && found.length < limit; at += size, size = SLICE) {
    // The ids are integers, and a list of parameters takes the databases longer to read.
    const ready = columnsOf(manager, ['id'])
      .where("i.collectionId = :collectionId AND i.state = 'READY'", { collectionId })
      .andWhere(`i.id IN (${candidates.slice(at, at + size).join(', ')})`);
    if (filter) whereMatches(ready, filter);
    whereFolded(ready, query);
    const rows = await selectInOrder<{ id: number | string }>(manager, ready.orderBy('i.id', 'DESC'), 'PRIMARY');
    const ids = rows.map(({ id }) => Number(id));
    const lines = isExact ? await readLines(manager, ids) : null;
    found.push(...ids.filter((id) => !lines || hasExactWords(query, lines.get(id) ?? [])));
  }
  return found.slice(0, limit);
}

/**
 * Adds the words of three and more characters to the conditions. A shorter word is one gram, which the candidates have.
 */
function whereFolded(ready: SelectQueryBuilder<ImageEntity>, { terms }: WordQuery): void {
  const words = terms.map(({ folded }) => folded).filter((folded) => [...folded].length > 2);
  if (words.length === 0) return;
  ready.innerJoin(ImageWordsEntity, 'w', 'w.imageRowId = i.id');
  for (const [i, word] of words.entries())
    // Bytes, because a part of the bytes of a text in UTF-8 is a part of the text, and collations do not matter.
    ready.andWhere(`INSTR(w.folded, :word${i}) > 0`, { [`word${i}`]: Buffer.from(word) });
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
      if (lines.length === 0) return [];
      const bytes = toStoredLines(lines.map((line) => ({ ...line, text: line.text.replace(SURROGATES, '\ufffd') })));
      return [{ id, bytes, lines: fromStoredLines(bytes) }];
    });
    const rows = stored.map(({ id, bytes, lines }) => [id, Buffer.from(foldedText(lines).text), bytes]);
    await insertRows(manager, 'image_words', ['image_row_id', 'folded', 'data'], rows);
    await addPostings(manager, collectionId, new Map(stored.map(({ id, lines }) => [id, lines])));
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
