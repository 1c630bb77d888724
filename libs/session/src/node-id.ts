import { InvalidInputError } from '@wentu/domain';

/** The types whose objects have a global id: https://relay.dev/graphql/objectidentification.htm */
export const NODE_TYPES = ['Collection', 'Image', 'LoadJob', 'Source'] as const;
export type NodeTypeName = (typeof NODE_TYPES)[number];

export interface NodeReference {
  readonly type: NodeTypeName;
  readonly id: number;
}

/** The largest number of objects that one call reads by their ids. */
const MAX_NODES = 100;

/** The id of an object in the API, for example `Image:123`. It is unique over all types. */
export function nodeId(type: NodeTypeName, id: number): string {
  return `${type}:${id}`;
}

/** @returns null when the text is not a global id */
export function parseNodeId(text: string): NodeReference | null {
  const type = NODE_TYPES.find((each) => text.startsWith(`${each}:`));
  const id = type === undefined ? null : parseNumber(text.slice(type.length + 1));
  return type === undefined || id === null ? null : { type, id };
}

/** @throws InvalidInputError when there are more ids than one call may give */
export function parseNodeIds(texts: readonly string[]): (NodeReference | null)[] {
  if (texts.length > MAX_NODES)
    throw new InvalidInputError(`ids has ${texts.length} entries; give at most ${MAX_NODES} per call`);
  return texts.map(parseNodeId);
}

/** The number in a global id of this type, or in a plain id: `Image:123` or `123`. @returns null for other text */
export function parseId(text: string, type: NodeTypeName): number | null {
  return parseNumber(text.startsWith(`${type}:`) ? text.slice(type.length + 1) : text);
}

/** Ids in the store are safe integers. */
function parseNumber(text: string): number | null {
  return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : null;
}
