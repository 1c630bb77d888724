import { setTimeout as sleep } from 'node:timers/promises';
import {
  noCollection,
  type Collection,
  type CollectionReader,
  type DuplicateFinder,
  type DuplicateGroup,
  type DuplicateState,
  type ImageReader,
  type ImageRow,
} from '@wentu/domain';
import { similarityAndDistance } from '@wentu/search';
import { checkCount, MAX_PAGE, nameOrDefault } from './checks';
import { pageOf, type Page, type PageArguments } from './paging';

export interface DuplicatePorts {
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly images: Pick<ImageReader, 'getEmbedded' | 'pageIdsInState'>;
  readonly duplicates: DuplicateFinder;
}

/** A group of a collection, of which the images are read separately. */
export interface FoundGroup extends DuplicateGroup {
  readonly collection: Collection;
}

export interface DuplicatePage extends Page<FoundGroup> {
  readonly collection: Collection;
  /** Number of groups in all pages. */
  readonly total: number;
  /** Bytes of all images except the best one of each group, in all pages. */
  readonly spareBytes: number;
}

/** Why an image is in its group: it is the best one, its file is equal to that of the best one, or it looks like it. */
export type DuplicateKind = 'BEST' | 'EXACT' | 'NEAR';

export interface DuplicateImage {
  readonly image: ImageRow;
  readonly kind: DuplicateKind;
  /** The cosine to the best image. In a chain of near images it may be below the smallest one of a pair. */
  readonly similarity: number;
}

/**
 * NONE: no search was ever made. RUNNING: it runs, or waits for its turn. Otherwise how the last search ended; the
 * result of an earlier one stays.
 */
export type DuplicateStatus = 'NONE' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';

/** What is known about the duplicates of a collection, and how old it is. */
export interface DuplicateFacts extends DuplicateState {
  readonly status: DuplicateStatus;
  /** Images that were added or changed since the last search, at most MAX_NEW; 0 before the first search. */
  readonly newImages: number;
}

export const MAX_NEW = 10_000;
const POLL_MS = 200;

/** Use cases that find images which show the same picture. */
export class DuplicateCases {
  constructor(private readonly ports: DuplicatePorts) {}

  /** Begins a search in the background, unless one of the collection runs. @throws NotFoundError */
  async start(collection: string): Promise<DuplicateFacts> {
    const found = await this.find(collection);
    return await this.factsOf(found, await this.ports.duplicates.start(found.id));
  }

  /** Ends the search of the collection; the result of an earlier one stays. @throws NotFoundError */
  async cancel(collection: string): Promise<DuplicateFacts> {
    const found = await this.find(collection);
    return await this.factsOf(found, await this.ports.duplicates.cancel(found.id));
  }

  /** @throws NotFoundError */
  async facts(collection: string): Promise<DuplicateFacts> {
    const found = await this.find(collection);
    return await this.factsOf(found, await this.ports.duplicates.state(found.id));
  }

  /** Waits until no search of the collection runs. A signal ends the waiting, not the search. */
  async untilEnded(collection: string, signal?: AbortSignal): Promise<DuplicateFacts> {
    for (;;) {
      const facts = await this.facts(collection);
      if (!facts.running) return facts;
      await sleep(POLL_MS, undefined, signal ? { signal } : {});
    }
  }

  /**
   * One page of the groups of the last search, largest first. Images that were deleted or changed since are left out.
   * @param collection null: the default collection
   * @throws NotFoundError
   */
  async page(collection: string | null, page: PageArguments): Promise<DuplicatePage> {
    const found = await this.find(await nameOrDefault(this.ports.collections, collection));
    let all = { total: 0, spareBytes: 0 };
    const keyOf = ({ foundCount, key }: FoundGroup): string => `${foundCount}.${key}`;
    const read = async (after: string | null, limit: number): Promise<FoundGroup[]> => {
      const [foundCount = 0, key = 0] = after === null ? [] : after.split('.').map(Number);
      const place = after === null ? null : { foundCount, key };
      const { groups, ...sums } = await this.ports.duplicates.groups(found.id, place, limit);
      all = sums;
      return groups.map((group) => ({ ...group, collection: found }));
    };
    const groups = await pageOf({ kind: `duplicates ${found.id}`, keyOf, read }, page);
    return { ...groups, ...all, collection: found };
  }

  /** Images of a group, the best one first. @param first 0 to 1,000 */
  async images({ collection, ids }: FoundGroup, first: number): Promise<DuplicateImage[]> {
    checkCount('first', first, 0, MAX_PAGE);
    const wanted = ids.slice(0, first);
    const rows = await this.ports.images.getEmbedded(collection.activeSpace.id, wanted);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const best = byId.get(ids[0] as number);
    return wanted.flatMap((id): DuplicateImage[] => {
      const row = byId.get(id);
      // It may have been deleted after the groups were read.
      if (!row || !best || row.state !== 'READY') return [];
      const { vector, ...image } = row;
      const kind = row === best ? 'BEST' : row.contentHash === best.contentHash ? 'EXACT' : 'NEAR';
      const similarity = kind === 'NEAR' ? similarityAndDistance(best.vector, vector).similarity : 1;
      return [{ image, kind, similarity }];
    });
  }

  private async find(name: string): Promise<Collection> {
    const found = await this.ports.collections.find(await nameOrDefault(this.ports.collections, name));
    if (!found) throw noCollection(name);
    return found;
  }

  private async factsOf({ id }: Collection, state: DuplicateState): Promise<DuplicateFacts> {
    const newImages = state.result
      ? (await this.ports.images.pageIdsInState(id, 'READY', state.result.newestId, MAX_NEW)).length
      : 0;
    return { ...state, status: statusOf(state), newImages };
  }
}

function statusOf({ running, failure, result }: DuplicateState): DuplicateStatus {
  if (running) return 'RUNNING';
  if (failure) return failure.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
  return result ? 'DONE' : 'NONE';
}
