import {
  imageAttributes,
  NotFoundError,
  type Collection,
  type CollectionReader,
  type DatasetItem,
  type ImageContent,
  type ImageMove,
  type Images,
  type VectorPoint,
  type VectorStore,
} from '@wentu/domain';
import { namesBelow, parentPath, type FilePath } from '@wentu/file-access';
import { FileStates } from './file-state';
import type { HashedItem, Identity, SourceOfItems } from './image-identity';
import { indexName } from './index-name';

export interface MovedOptions extends Pick<SourceOfItems, 'directory'> {
  readonly store: {
    readonly collections: Pick<CollectionReader, 'listSpaces'>;
    readonly images: Pick<Images, 'findContents' | 'getEmbedded' | 'relocate'>;
  };
  readonly vectors: Pick<VectorStore, 'upsert' | 'flush'>;
  /** Null until the collection exists. */
  readonly collection: () => Collection | null;
  readonly signal: AbortSignal;
  /** Rebuilds the indexes of the collection from the rows. */
  repairIndex(collection: Collection): Promise<unknown>;
}

type Identified = HashedItem & { readonly identity: Identity };
type Move = ImageMove & Required<Pick<ImageMove, 'imageId'>>;

/** Most images with the bytes of a chunk's pictures that are compared. */
const MAX_CANDIDATES = 1_000;
/** Moves in one write. An index in this process writes its files once per write, so a write has many moves. */
const MOVES_PER_WRITE = 5_000;
const SLICE = 500;

/**
 * Follows files that were moved: a picture is new at its location, and its bytes are those of an image whose file is
 * gone. That image gets the new location and name, and nothing is encoded. Of several such images, one whose file had
 * the same name is taken first.
 */
export class MovedImages {
  private readonly files = new FileStates();
  private readonly waiting = new Map<number, Move>();

  constructor(private readonly options: MovedOptions) {}

  /** @returns the items that are moved images. `write` will write their moves */
  async follow<Item extends Identified>(items: readonly Item[]): Promise<Set<Item>> {
    const { store, collection, directory } = this.options;
    const found = new Set<Item>();
    const at = collection();
    const unknown = items.filter(({ entry, identity }) => entry.file && identity.known === undefined);
    if (at === null || unknown.length === 0) return found;
    const hashes = unknown.map(({ contentHash }) => contentHash);
    const images = await store.images.findContents(at.id, at.activeSpace.id, hashes, MAX_CANDIDATES);
    for (const item of unknown) {
      const image = images.length > 0 ? await this.imageOf(item, images) : null;
      if (!image) continue;
      const { path, modifiedAtMs } = item.entry.file as NonNullable<DatasetItem['file']>;
      const original = { kind: 'reference', path, modifiedAtMs } as const;
      const { imageId, location } = item.identity;
      this.waiting.set(image.id, { id: image.id, source: directory, location, original, imageId });
      found.add(item);
    }
    return found;
  }

  /** Whether so many moves wait that they should be written now. */
  get isFull(): boolean {
    return this.waiting.size >= MOVES_PER_WRITE;
  }

  /**
   * Writes the moves that wait. First the points, until they outlive a crash, then the rows: until a row follows, the
   * next load finds the move again. Spaces that a re-encoding adds meanwhile get their points after the rows.
   * @returns the new names of the images
   */
  async write(): Promise<string[]> {
    const at = this.options.collection();
    const moves = [...this.waiting.values()];
    if (at === null || moves.length === 0) return [];
    const written = await this.writePoints(at, moves, new Set());
    for (let start = 0; start < moves.length; start += SLICE) {
      this.options.signal.throwIfAborted();
      await this.options.store.images.relocate(at.id, moves.slice(start, start + SLICE));
    }
    await this.writePoints(at, moves, written);
    this.waiting.clear();
    return moves.map(({ imageId }) => imageId);
  }

  private async imageOf(item: Identified, images: readonly ImageContent[]): Promise<ImageContent | null> {
    const path = item.entry.file?.path ?? '';
    const isCandidate = (image: ImageContent): boolean =>
      image.contentHash === item.contentHash && image.fingerprint === item.fingerprint && !this.waiting.has(image.id);
    const candidates = images.filter(isCandidate).sort((a, b) => Number(hasName(b, path)) - Number(hasName(a, path)));
    for (const image of candidates)
      if (image.original.kind === 'reference' && (await this.files.of(image.original.path)) === 'missing') return image;
    return null;
  }

  /** @param done ids of spaces that are left out @returns the ids of the spaces whose points were written */
  private async writePoints(at: Collection, moves: readonly Move[], done: ReadonlySet<number>): Promise<Set<number>> {
    const { store, vectors, signal } = this.options;
    const nameOf = new Map(moves.map(({ id, imageId }) => [id, imageId]));
    const spaces = (await store.collections.listSpaces(at.id)).filter(({ id }) => !done.has(id));
    for (const space of spaces) {
      const index = indexName(at.id, space.id);
      for (let start = 0; start < moves.length; start += SLICE) {
        signal.throwIfAborted();
        const ids = moves.slice(start, start + SLICE).map(({ id }) => id);
        const rows = (await store.images.getEmbedded(space.id, ids)).filter(({ state }) => state === 'READY');
        const points = rows.map(({ vector, ...row }) => {
          const imageId = nameOf.get(row.id) as string;
          return { id: row.id, vector, attributes: imageAttributes({ ...row, imageId }) };
        });
        if (points.length > 0) await this.upsert(at, index, points);
      }
      await vectors.flush(index);
    }
    return new Set(spaces.map(({ id }) => id));
  }

  private async upsert(at: Collection, index: string, points: readonly VectorPoint[]): Promise<void> {
    const { vectors } = this.options;
    try {
      await vectors.upsert(index, points);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      // The index server has lost the index.
      await this.options.repairIndex(at);
      await vectors.upsert(index, points);
    }
  }
}

function hasName({ original }: ImageContent, path: FilePath): boolean {
  return original.kind === 'reference' && nameOf(original.path) === nameOf(path);
}

function nameOf(path: FilePath): string {
  return namesBelow(path, parentPath(path) ?? path).join('/');
}
