import type { ImageFacts } from './facts';
import { ownAttribute, TAGS, type OwnAttributes } from './own-attributes';

/** A list of strings matches a filter when one of its strings does. Dates are milliseconds since 1970, UTC. */
export type AttributeValue = string | number | boolean | readonly string[];

/** What filters read of an image. Plain data that crosses threads; an absent attribute has no key. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The columns of an image's row that are attributes. */
interface AttributeSource {
  readonly imageId: string;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly facts: ImageFacts;
  readonly own: OwnAttributes;
}

/**
 * The attributes of an image's row. Only `Images.setFacts` and `ImageAttributes.change` change them after the row was
 * written. One object is filled, because spreading parts into it takes four times as long, and all rows of a collection
 * are read for facets.
 */
export function imageAttributes(row: AttributeSource): Attributes {
  const { imageId, mimeType, width, height, sizeBytes, facts, own } = row;
  const { takenAt, camera, lens, place } = facts;
  const attributes: Record<string, AttributeValue> = { imageId, mimeType, width, height, sizeBytes };
  if (takenAt !== null) {
    attributes['takenAt'] = takenAt.atMs;
    attributes['takenAtSource'] = takenAt.source;
    // Only rows decide about it, because points of earlier versions lack it: see the filter takenLocally.
    if (takenAt.offsetMinutes !== null) attributes['takenAtOffset'] = takenAt.offsetMinutes;
  }
  if (camera !== null) attributes['camera'] = camera;
  if (lens !== null) attributes['lens'] = lens;
  if (place !== null) {
    attributes['latitude'] = place.latitude;
    attributes['longitude'] = place.longitude;
  }
  return Object.assign(attributes, ownIndexAttributes(own));
}

/** The attributes of tags and of what the owner named. */
export function ownIndexAttributes({ tags, attributes }: OwnAttributes): Attributes {
  return {
    ...(tags.length === 0 ? {} : { [TAGS]: tags }),
    ...Object.fromEntries(attributes.map(({ name, kind, value }) => [ownAttribute(name, kind), value])),
  };
}
