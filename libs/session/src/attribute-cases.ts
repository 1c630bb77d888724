import {
  checkChange,
  InvalidInputError,
  noCollection,
  normalName,
  type ChangedAttributes,
  type CollectionReader,
  type ImageReader,
  type ImageRow,
  type OwnChange,
} from '@wentu/domain';
import type { LoadService } from '@wentu/search';

export interface AttributePorts {
  readonly collections: Pick<CollectionReader, 'find'>;
  readonly images: Pick<ImageReader, 'findAll'>;
  readonly loads: Pick<LoadService, 'changeAttributes'>;
}

export interface AttributeResult extends ChangedAttributes {
  /** The image after the call; null if there is none. */
  readonly image: ImageRow | null;
}

export interface AttributeOutcome {
  /** Name of the collection. */
  readonly collection: string;
  /** In the order of the changes. */
  readonly results: readonly AttributeResult[];
}

/** Largest number of images in one call. */
export const MAX_CHANGES = 1_000;

/** Changes of the tags and attributes that owners give to images. */
export class AttributeCases {
  constructor(private readonly ports: AttributePorts) {}

  /**
   * Changes images, each on its own: one that is unknown, or whose values cannot be stored, stays as it is. When it
   * resolves, searches see the changes.
   * @throws NotFoundError; InvalidInputError for a list that is empty, too long, or has an image twice
   */
  async change(collection: string, changes: readonly OwnChange[]): Promise<AttributeOutcome> {
    const name = normalName(collection);
    const named = changes.map((change) => ({ ...change, imageId: normalName(change.imageId) }));
    checkList(named.map(({ imageId }) => imageId));
    const found = await this.ports.collections.find(name);
    if (!found) throw noCollection(name);
    const refused = new Map<string, string>();
    const checked = named.flatMap((change) => {
      try {
        return [checkChange(change)];
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        refused.set(change.imageId, error.message);
        return [];
      }
    });
    const done = checked.length === 0 ? [] : await this.ports.loads.changeAttributes(name, checked);
    const results = new Map(done.map((each) => [each.imageId, each]));
    const ids = named.map(({ imageId }) => imageId);
    const rows = new Map((await this.ports.images.findAll(found.id, ids)).map((row) => [row.imageId, row]));
    return {
      collection: found.name,
      results: ids.map((imageId): AttributeResult => {
        const image = rows.get(imageId) ?? null;
        const result = results.get(imageId);
        if (result) return { ...result, image };
        return { imageId, status: 'INVALID', message: refused.get(imageId) ?? null, image };
      }),
    };
  }
}

function checkList(ids: readonly string[]): void {
  if (ids.length === 0 || ids.length > MAX_CHANGES)
    throw new InvalidInputError(`changes has ${ids.length} entries; give 1 to ${MAX_CHANGES} per call`);
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id))
      throw new InvalidInputError(
        `changes has the imageId ${JSON.stringify(id.slice(0, 200))} twice; give each image once`,
      );
    seen.add(id);
  }
}
