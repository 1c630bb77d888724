import { createHash } from 'node:crypto';
import {
  ItemError,
  MAX_OWN_NAMES,
  ownAttribute,
  WentuError,
  type AttributeChange,
  type ChangedAttributes,
  type DatasetItem,
  type GivenFrom,
  type MetadataStore,
  type NewImage,
} from '@wentu/domain';
import type { LoadTally } from './load-tally';

export interface LoadAttributesTools {
  readonly store: Pick<MetadataStore, 'attributes'>;
  readonly attributes: {
    /** Changes images in one collection. */
    changeIn(collectionId: number, changes: readonly AttributeChange[]): Promise<ChangedAttributes[]>;
    /** Writes the points of rows that changed between their insertion and READY. */
    followRows(collectionId: number, rowIds: readonly number[]): Promise<void>;
  };
}

/** What a source gives to the images of one load. Failures are lines of the ledger, and cost no picture. */
export class LoadAttributes {
  private readonly admitted = new Set<string>();

  constructor(
    private readonly tools: LoadAttributesTools,
    private readonly tally: LoadTally,
    /** Part of each key: with another one, the source decides again although it gives the same. */
    private readonly salt: string,
  ) {}

  async read(entry: DatasetItem): Promise<GivenFrom | undefined> {
    try {
      const given = await entry.given?.();
      return (
        given && {
          ...given,
          key: createHash('sha256')
            .update(this.salt + JSON.stringify(given))
            .digest('hex'),
        }
      );
    } catch (error) {
      if (error instanceof WentuError) throw error;
      this.tally.note(entry.item, error);
      return undefined;
    }
  }

  /** The images without the attributes for whose names the collection has no room. */
  async admit(collectionId: number, images: readonly NewImage[]): Promise<NewImage[]> {
    await this.admitNames(
      collectionId,
      images.map(({ given }) => given),
    );
    return images.map((image) => {
      const given = this.withoutRefused(image.imageId, image.given);
      return given ? { ...image, given } : image;
    });
  }

  /** Gives unchanged pictures what their source gives now, if that is not what it gave before. */
  async change(
    collectionId: number,
    images: readonly { readonly imageId: string; readonly given: GivenFrom; readonly before: string | null }[],
  ): Promise<void> {
    const changed = images.filter(({ given, before }) => given.key !== before);
    if (changed.length === 0) return;
    await this.admitNames(
      collectionId,
      changed.map(({ given }) => given),
    );
    const changes = changed.map(({ imageId, given }): AttributeChange => {
      const { key, ...parts } = this.withoutRefused(imageId, given) ?? given;
      return { imageId, ...parts, givenKey: key };
    });
    for (const { imageId, message } of await this.tools.attributes.changeIn(collectionId, changes))
      if (message !== null) this.tally.note(imageId, new ItemError('BAD_ATTRIBUTES', message));
  }

  private async admitNames(collectionId: number, given: readonly (GivenFrom | undefined)[]): Promise<void> {
    const names = given.flatMap((each) => each?.attributes?.map(({ name, kind }) => ownAttribute(name, kind)) ?? []);
    const unknown = [...new Set(names)].filter((name) => !this.admitted.has(name));
    if (unknown.length === 0) return;
    for (const name of await this.tools.store.attributes.admit(collectionId, unknown)) this.admitted.add(name);
  }

  private withoutRefused(imageId: string, given: GivenFrom | undefined): GivenFrom | undefined {
    const isRefused = ({ name, kind }: { name: string; kind: Parameters<typeof ownAttribute>[1] }): boolean =>
      !this.admitted.has(ownAttribute(name, kind));
    const refused = given?.attributes?.find(isRefused);
    if (!given?.attributes || !refused) return given;
    const message =
      `the attribute ${JSON.stringify(refused.name)} was left out, because the collection has ${MAX_OWN_NAMES} ` +
      'different names and types already; use one of them, or a tag';
    this.tally.note(imageId, new ItemError('BAD_ATTRIBUTES', message));
    return { ...given, attributes: given.attributes.filter((each) => !isRefused(each)) };
  }
}
