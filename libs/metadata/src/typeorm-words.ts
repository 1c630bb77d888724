import type { ImageRow, ReadWords, WordLine, Words, WordSearch } from '@wentu/domain';
import { LIST_SLICE, slices, type Database } from './database';
import { columnsOf, type StateRow } from './image-rows';
import { readLines } from './word-changes';
import { countUnread, findWords, pageUnread, putWords } from './word-rows';

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
    return await this.database.read((manager) => findWords(manager, collectionId, search));
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
