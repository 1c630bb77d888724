import { createHash } from 'node:crypto';
import {
  foldedText,
  gramsOfQuery,
  hasExactWords,
  type ImageRow,
  type ReadWords,
  type WordSearch,
  type WordTerm,
} from '@wentu/domain';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { among } from './among';
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
export const CANDIDATE_SLICE = 900;
/** Largest number of revisions whose images a page of unread images has. */
const MAX_REVISIONS = 16;

/** Halves of surrogate pairs, which UTF-8 cannot store. */
const SURROGATE = /\p{Surrogate}/u;
const SURROGATES = /\p{Surrogate}/gu;

/** The stored form of a revision: a positive integer of 48 bits. 0 stands for images that were not read. */
export function wordsVersion(revision: string): number {
  return createHash('sha256').update(revision).digest().readUIntBE(0, 6) + 1;
}

/** Ids of images that may have all words, newest first. */
export async function wordCandidates(
  manager: EntityManager,
  collectionId: number,
  { query, before }: WordSearch,
): Promise<number[]> {
  // Stored texts have no halves of surrogate pairs.
  if (query.terms.some(({ folded }) => SURROGATE.test(folded))) return [];
  return await idsWithGrams(manager, collectionId, gramsOfQuery(query), before);
}

/**
 * The candidates that are READY images with all words and match the filter, newest first.
 * @param candidates at most CANDIDATE_SLICE
 */
export async function withAllWords(
  manager: EntityManager,
  collectionId: number,
  { query, filter }: WordSearch,
  candidates: readonly number[],
): Promise<number[]> {
  const exact = query.terms.filter((term) => term.isExact);
  // The ids are integers, and a list of parameters takes the databases longer to read.
  const ready = columnsOf(manager, ['id'])
    .where("i.collectionId = :collectionId AND i.state = 'READY'", { collectionId })
    .andWhere(`i.id IN (${candidates.join(', ')})`);
  if (filter) whereMatches(ready, filter);
  const words = query.terms.map(({ folded }) => folded).filter(isSeveralGrams);
  if (words.length + exact.length > 0) ready.innerJoin(ImageWordsEntity, 'w', 'w.imageRowId = i.id');
  whereFolded(ready, words);
  if (exact.length > 0) selectExact(ready, exact);
  const rows = await selectInOrder<FoundRow>(manager, ready.orderBy('i.id', 'DESC'), 'PRIMARY');
  const open = rows.filter(({ exact: is }) => is !== undefined && Number(is) === 0).map(({ id }) => Number(id));
  const lines = await readLines(manager, open);
  const wrong = new Set(open.filter((id) => !hasExactWords(query, lines.get(id) ?? [])));
  return rows.map(({ id }) => Number(id)).filter((id) => !wrong.has(id));
}

interface FoundRow {
  readonly id: number | string;
  /** 1 when the stored lines have all exact words for certain. */
  readonly exact?: number | string;
}

/** A word of one or two characters is one gram, which the candidates have. */
function isSeveralGrams(folded: string): boolean {
  return [...folded].length > 2;
}

/** Letters and digits only: JSON has them as they are, and outside of its strings it has digits only. */
const PLAIN = /^[\p{L}\p{N}]*\p{L}[\p{L}\p{N}]*$/u;

/**
 * Selects whether the words are in the stored lines as they were written, each within a line. Then the lines need not
 * be read. A word over the end of a line, with a space in it, or of one character is decided by the lines.
 */
function selectExact(ready: SelectQueryBuilder<ImageEntity>, terms: readonly WordTerm[]): void {
  const parts = terms.map(({ text }, i) => {
    if (!PLAIN.test(text) || [...text].length < 2) return '0';
    ready.setParameter(`exact${i}`, Buffer.from(text));
    return `INSTR(w.data, :exact${i}) > 0`;
  });
  ready.addSelect(`CASE WHEN ${parts.join(' AND ')} THEN 1 ELSE 0 END`, 'exact');
}

/** Adds words to the conditions. */
function whereFolded(ready: SelectQueryBuilder<ImageEntity>, words: readonly string[]): void {
  for (const [i, word] of words.entries())
    // Bytes, because a part of the bytes of a text in UTF-8 is a part of the text, and collations do not matter.
    ready.andWhere(`INSTR(w.folded, :word${i}) > 0`, { [`word${i}`]: Buffer.from(word) });
}

export async function countUnread(manager: EntityManager, collectionId: number, revision: string): Promise<number> {
  const earlier = await otherVersions(manager, collectionId, revision);
  if (earlier.length === 0) return 0;
  return await manager.countBy(ImageEntity, { collectionId, wordsVersion: among(earlier), state: 'READY' });
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
    const where = { collectionId, state: 'READY', id: among(slice) } as const;
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
    await manager.update(ImageEntity, { id: among(ids) }, { wordsVersion: wordsVersion(revision) });
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
