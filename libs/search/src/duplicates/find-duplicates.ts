import { LimitExceededError, sentence, type Collection, type ImageReader, type VectorStore } from '@wentu/domain';
import { indexName } from '../index-name';
import { IdGroups } from './group-ids';

const PAGE = 2_000;
/** The limit of images in groups: about 100 bytes of memory each. */
const MAX_GROUPED = 2_000_000;
/** The share of the work that compares embeddings; the rest reads content hashes. */
const NEAR_SHARE = 0.9;
/** Hexadecimal digits of a hash that a number holds exactly. */
const DIGITS = 13;

export interface FindDuplicates {
  readonly images: Pick<ImageReader, 'get' | 'page'>;
  readonly vectors: Pick<VectorStore, 'pairs'>;
  readonly collection: Collection;
  readonly minSimilarity: number;
  readonly signal: AbortSignal;
  /** Called with the share of the work that is done. */
  readonly onProgress: (done: number) => void;
}

/**
 * The groups of images that show the same picture: near ones by their embeddings, exact copies by the hashes of their
 * files. Images may be loaded and deleted meanwhile.
 * @throws the signal's reason; LimitExceededError when most images of a huge collection are in groups
 */
export async function findDuplicates(task: FindDuplicates): Promise<number[][]> {
  const groups = new IdGroups();
  await joinNear(task, groups);
  await joinCopies(task, groups);
  task.onProgress(1);
  return groups.groups();
}

async function joinNear(task: FindDuplicates, groups: IdGroups): Promise<void> {
  const { vectors, collection, minSimilarity, signal, onProgress } = task;
  const index = indexName(collection.id, collection.activeSpace.id);
  for (let from: string | null = null; ;) {
    signal.throwIfAborted();
    const { ids, next, done } = await vectors.pairs(index, { minSimilarity, from }, signal);
    for (let i = 0; i < ids.length; i += 2) groups.join(ids[i] as number, ids[i + 1] as number);
    checkSize(groups, collection);
    onProgress(done * NEAR_SHARE);
    if (next === null) return;
    from = next;
  }
}

async function joinCopies(task: FindDuplicates, groups: IdGroups): Promise<void> {
  const { images, collection, signal, onProgress } = task;
  // Numbers need a third of the memory of texts. Equal numbers may belong to different hashes, so rows are compared.
  const firstIds = new Map<number, number>();
  for (let after = 0, seen = 0; ;) {
    signal.throwIfAborted();
    const page = await images.page(collection.id, after, PAGE);
    const candidates: { readonly id: number; readonly contentHash: string; readonly first: number }[] = [];
    for (const { id, contentHash } of page) {
      const key = parseInt(contentHash.slice(0, DIGITS), 16);
      const first = firstIds.get(key);
      if (first === undefined) firstIds.set(key, id);
      else candidates.push({ id, contentHash, first });
    }
    const firsts = await images.get([...new Set(candidates.map(({ first }) => first))]);
    const hashes = new Map(firsts.map((row) => [row.id, row.contentHash]));
    for (const { id, contentHash, first } of candidates) if (hashes.get(first) === contentHash) groups.join(first, id);
    checkSize(groups, collection);
    seen += page.length;
    onProgress(NEAR_SHARE + (1 - NEAR_SHARE) * Math.min(1, seen / Math.max(1, collection.imageCount)));
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = last.id;
  }
}

function checkSize(groups: IdGroups, { name }: Collection): void {
  if (groups.size <= MAX_GROUPED) return;
  throw new LimitExceededError(sentence('DUPLICATES_TOO_MANY', { max: MAX_GROUPED, collection: name }));
}
