import type { ImageRow, ReadWords, WordLine, Words, WordSearch } from '@wentu/domain';
import { LIST_SLICE, slices, type Database } from './database';
import { columnsOf, type StateRow } from './image-rows';
import { readLines } from './word-changes';
import { CANDIDATE_SLICE, countUnread, pageUnread, putWords, withAllWords, wordCandidates } from './word-rows';

/** A share of candidates below which it is worth to know all images that match the filter. */
const FEW = 0.1;

/** The words in pictures. */
export class TypeOrmWords implements Words {
  constructor(private readonly database: Database) {}

  async get(ids: readonly number[]): Promise<Map<number, WordLine[]>> {
    const found = await this.database.read((manager) => readLines(manager, ids));
    if (found.size === 0) return found;
    // Versions that were replaced keep their lines until their rows are removed.
    for (const slice of slices([...found.keys()], LIST_SLICE)) {
      const rows = await this.database.read((manager) =>
        columnsOf(manager, ['id', 'state']).where('i.id IN (:...slice)', { slice }).getRawMany<StateRow>(),
      );
      for (const { id, state } of rows) if (state !== 'READY') found.delete(Number(id));
    }
    return found;
  }

  async find(collectionId: number, search: WordSearch): Promise<number[]> {
    const { limit, filter, fewMatching } = search;
    let left = await this.database.read((manager) => wordCandidates(manager, collectionId, search));
    const found: number[] = [];
    let isAsked = false;
    for (let size = Math.min(CANDIDATE_SLICE, limit); left.length > 0 && found.length < limit; size = CANDIDATE_SLICE) {
      const slice = left.slice(0, size);
      const ids = await this.database.read((manager) => withAllWords(manager, collectionId, search, slice));
      found.push(...ids);
      left = left.slice(size);
      if (isAsked || !filter || left.length <= CANDIDATE_SLICE || ids.length >= slice.length * FEW) continue;
      isAsked = true;
      // Not within a read of the database, because it reads too.
      const few = await fewMatching?.();
      if (few) left = inBoth(left, few);
    }
    return found.slice(0, limit);
  }

  async countUnread(collectionId: number, revision: string): Promise<number> {
    return await this.database.read((manager) => countUnread(manager, collectionId, revision));
  }

  async pageUnread(collectionId: number, revision: string, before: number | null, limit: number): Promise<ImageRow[]> {
    return await this.database.read((manager) => pageUnread(manager, collectionId, revision, before, limit));
  }

  async put(collectionId: number, revision: string, read: readonly ReadWords[]): Promise<number[]> {
    return await this.database.transaction((manager) => putWords(manager, collectionId, revision, read));
  }
}

/** @param descending ids @param ascending ids */
function inBoth(descending: readonly number[], ascending: readonly number[]): number[] {
  let at = ascending.length - 1;
  return descending.filter((id) => {
    while ((ascending[at] ?? -1) > id) at--;
    return ascending[at] === id;
  });
}
