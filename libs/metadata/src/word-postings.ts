import { gramsOfLines, type WordLine } from '@wentu/domain';
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm';
import { LIST_SLICE, slices } from './database';
import { insertRows } from './dialect';
import { toBytes } from './entities/columns';
import { WordPostingEntity } from './entities/image-words.entity';

/**
 * Number of consecutive ids in one row. A larger block has fewer rows, and each picture that is read writes more bytes
 * again. Two bytes have to hold a place in it.
 */
const BLOCK = 16_384;
const BYTES = 2;
const COLUMNS = ['collection_id', 'gram', 'block', 'ids'];

interface Posting {
  readonly gram: number;
  readonly block: number;
  /** Places of ids in the block. */
  readonly places: number[];
}

interface RawPosting {
  readonly gram: number | string;
  readonly block: number | string;
  readonly ids: ArrayBuffer | Uint8Array;
}

/** Adds images that no posting of the collection has yet. */
export async function addPostings(
  manager: EntityManager,
  collectionId: number,
  linesOf: ReadonlyMap<number, readonly WordLine[]>,
): Promise<void> {
  const rows = postingsOf(linesOf).map(({ gram, block, places }) => [collectionId, gram, block, toPlaces(places)]);
  await insertRows(manager, 'word_posting', COLUMNS, rows, 'append');
}

/** Takes images with these lines out of the postings. */
export async function removePostings(
  manager: EntityManager,
  collectionId: number,
  linesOf: ReadonlyMap<number, readonly WordLine[]>,
): Promise<void> {
  const removed = new Map(postingsOf(linesOf).map((posting) => [keyOf(posting), posting]));
  const blocks = [...new Set([...removed.values()].map(({ block }) => block))];
  for (const block of blocks) {
    const grams = [...removed.values()].filter((posting) => posting.block === block).map(({ gram }) => gram);
    for (const slice of slices(grams, LIST_SLICE)) {
      const kept: unknown[][] = [];
      const emptied: number[] = [];
      const rows = postings(manager, collectionId, slice).andWhere('p.block = :block', { block });
      for (const row of await rows.getRawMany<RawPosting>()) {
        const { gram, places } = fromRaw(row);
        const gone = new Set(removed.get(keyOf({ gram, block }))?.places);
        const left = places.filter((place) => !gone.has(place));
        if (left.length === 0) emptied.push(gram);
        else if (left.length < places.length) kept.push([collectionId, gram, block, toPlaces(left)]);
      }
      await insertRows(manager, 'word_posting', COLUMNS, kept, 'replace');
      if (emptied.length > 0) await manager.delete(WordPostingEntity, { collectionId, gram: In(emptied), block });
    }
  }
}

/** Ids of images that have all grams, descending. Some of them may not exist any more. @param before null: all ids */
export async function idsWithGrams(
  manager: EntityManager,
  collectionId: number,
  grams: readonly number[],
  before: number | null,
): Promise<number[]> {
  const lastBlock = before === null ? Number.MAX_SAFE_INTEGER : Math.floor(before / BLOCK);
  const query = postings(manager, collectionId, grams).andWhere('p.block <= :lastBlock', { lastBlock });
  const rows = await query.getRawMany<RawPosting>();
  const byBlock = new Map<number, RawPosting[]>();
  for (const row of rows) {
    const block = Number(row.block);
    byBlock.set(block, [...(byBlock.get(block) ?? []), row]);
  }
  const found: number[] = [];
  for (const block of [...byBlock.keys()].sort((a, b) => b - a)) {
    const postings = byBlock.get(block) ?? [];
    if (postings.length < grams.length) continue;
    for (const place of placesInAll(postings)) {
      const id = block * BLOCK + place;
      if (before === null || id < before) found.push(id);
    }
  }
  return found;
}

/** The rows stay raw, because creating entities takes longer than reading them. */
function postings(
  manager: EntityManager,
  collectionId: number,
  grams: readonly number[],
): SelectQueryBuilder<WordPostingEntity> {
  return manager
    .createQueryBuilder(WordPostingEntity, 'p')
    .select(['p.gram AS gram', 'p.block AS block', 'p.ids AS ids'])
    .where('p.collectionId = :collectionId AND p.gram IN (:...grams)', { collectionId, grams });
}

/** Places that all postings of a block have, descending. */
function placesInAll(postings: readonly RawPosting[]): number[] {
  const counts = new Uint8Array(BLOCK);
  for (const posting of postings) for (const place of fromRaw(posting).places) counts[place] = (counts[place] ?? 0) + 1;
  const found: number[] = [];
  for (let place = BLOCK - 1; place >= 0; place--) if (counts[place] === postings.length) found.push(place);
  return found;
}

function postingsOf(linesOf: ReadonlyMap<number, readonly WordLine[]>): Posting[] {
  const postings = new Map<string, Posting>();
  for (const [id, lines] of linesOf) {
    const block = Math.floor(id / BLOCK);
    for (const gram of gramsOfLines(lines)) {
      const key = keyOf({ gram, block });
      const known = postings.get(key);
      if (known) known.places.push(id - block * BLOCK);
      else postings.set(key, { gram, block, places: [id - block * BLOCK] });
    }
  }
  // In the order of the key, so that neighbouring rows are written together.
  return [...postings.values()].sort((a, b) => a.gram - b.gram || a.block - b.block);
}

function keyOf({ gram, block }: Pick<Posting, 'gram' | 'block'>): string {
  return `${gram} ${block}`;
}

function fromRaw({ gram, block, ids }: RawPosting): Posting {
  const bytes = toBytes(ids);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = Array.from({ length: bytes.length / BYTES }, (_, i) => view.getUint16(BYTES * i, true));
  return { gram: Number(gram), block: Number(block), places };
}

function toPlaces(places: readonly number[]): Buffer {
  const bytes = Buffer.alloc(BYTES * places.length);
  for (const [i, place] of places.entries()) bytes.writeUInt16LE(place, BYTES * i);
  return bytes;
}
