import { sentence } from './sentence';
import { InvalidInputError } from './errors';

/** The types of the values that an owner gives. A date is milliseconds since 1970, UTC. */
export const OWN_KINDS = ['string', 'number', 'boolean', 'date'] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

export type OwnValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number' | 'date'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** An attribute that the owner gave to an image. */
export type OwnAttribute = OwnValue & { readonly name: string };

/** What the owner gave to an image. It belongs to the image, so a new version of the picture takes it over. */
export interface OwnAttributes {
  /** Each once, ascending. */
  readonly tags: readonly string[];
  /** Each name once, ascending. */
  readonly attributes: readonly OwnAttribute[];
}

/** What a source gives to an image. A part that is absent stays as it is. */
export type GivenAttributes = Partial<OwnAttributes>;

/** A change of what one image has, in this order: `tags` or `attributes` replace all, then the others. */
export interface OwnChange extends GivenAttributes {
  readonly imageId: string;
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
  readonly setAttributes?: readonly OwnAttribute[];
  readonly removeAttributes?: readonly string[];
}

/** The attribute of an index with all tags of an image. */
export const TAGS = 'tags';
/** The attributes of an index that owners name begin with this. */
export const OWN_PREFIX = 'own.';
/** Longest tag, in characters (code points), and most tags of an image. */
export const MAX_TAG_LENGTH = 64;
export const MAX_TAGS = 64;
/** Longest name of an attribute, in characters. */
export const MAX_OWN_NAME_LENGTH = 64;
/** Longest text, in characters. */
export const MAX_OWN_TEXT_LENGTH = 512;
export const MAX_OWN_ATTRIBUTES = 64;
/**
 * Largest size of the attributes of an image, as UTF-8 of their JSON. With the largest tags they fit into the 64 KiB
 * that Milvus and MySQL store for an image.
 */
export const MAX_OWN_BYTES = 32_768;
/** Most different names, with kinds, in one collection. Each is a column of the index in memory. */
export const MAX_OWN_NAMES = 100;

export const NO_OWN: OwnAttributes = { tags: [], attributes: [] };

/** Letters of every script, their marks, digits. */
const NAME = /^[\p{L}\p{M}\p{N}_.-]+$/u;
/** Dates that JavaScript and GraphQL can write. */
const MAX_DATE_MS = 8_640_000_000_000_000;

/**
 * The name of an owner's attribute in an index. The kind is a part of it, so an attribute of an index has values of one
 * type, and a condition never compares a date with a number.
 */
export function ownAttribute(name: string, kind: OwnKind): string {
  return `${OWN_PREFIX}${kind}.${name}`;
}

/** The kind of an attribute that `ownAttribute` named; null for another name. */
export function kindOfOwn(attribute: string): OwnKind | null {
  return OWN_KINDS.find((kind) => attribute.startsWith(`${OWN_PREFIX}${kind}.`)) ?? null;
}

/**
 * Brings what was given into the form in which it is stored: NFC, trimmed, without repetitions, in order.
 * @param owner words for errors, such as `image "a.jpg"`
 * @throws InvalidInputError
 */
export function checkGiven({ tags, attributes }: GivenAttributes, owner: string): GivenAttributes {
  return {
    ...(tags ? { tags: checkTags(tags, owner) } : {}),
    ...(attributes ? { attributes: checkAttributes(attributes, owner) } : {}),
  };
}

/** Takes over the parts that were not given. Both were checked. */
export function mergeGiven(before: OwnAttributes, given: GivenAttributes): OwnAttributes {
  return { tags: given.tags ?? before.tags, attributes: given.attributes ?? before.attributes };
}

/** Brings a change into the form in which it is compared and stored. @throws InvalidInputError */
export function checkChange(change: OwnChange): OwnChange {
  const { imageId, addTags = [], removeTags = [], setAttributes = [], removeAttributes = [] } = change;
  const owner = ownerOf(imageId);
  return {
    imageId,
    ...checkGiven(change, owner),
    addTags: checkTags(addTags, owner),
    removeTags: checkTags(removeTags, owner),
    setAttributes: checkAttributes(setAttributes, owner),
    removeAttributes: removeAttributes.map((name) => checkName(name, owner)),
  };
}

/** What an image has after a change, which was checked. @throws InvalidInputError when it is too much */
export function applyChange(before: OwnAttributes, change: OwnChange): OwnAttributes {
  const { imageId, addTags = [], removeTags = [], setAttributes = [], removeAttributes = [] } = change;
  const owner = ownerOf(imageId);
  const tags = new Set([...(change.tags ?? before.tags), ...addTags]);
  for (const tag of removeTags) tags.delete(tag);
  const attributes = new Map((change.attributes ?? before.attributes).map((each) => [each.name, each]));
  for (const name of removeAttributes) attributes.delete(name);
  for (const each of setAttributes) attributes.set(each.name, each);
  return { tags: checkTags([...tags], owner), attributes: checkAttributes([...attributes.values()], owner) };
}

/** A tag as it is stored. @throws InvalidInputError */
export function checkTag(tag: string, owner: string): string {
  return checkText(`tag of ${owner}`, tag, MAX_TAG_LENGTH);
}

/** The name of an attribute as it is stored. @throws InvalidInputError */
export function checkName(name: string, owner: string): string {
  const checked = checkText(`name of an attribute of ${owner}`, name, MAX_OWN_NAME_LENGTH);
  if (NAME.test(checked)) return checked;
  throw new InvalidInputError(
    `${owner} has an attribute ${JSON.stringify(checked)}; a name has letters, digits, and _ - . only, such as price`,
  );
}

function ownerOf(imageId: string): string {
  return `image ${shown(imageId)}`;
}

function checkTags(tags: readonly string[], owner: string): string[] {
  const checked = [...new Set(tags.map((tag) => checkTag(tag, owner)))].sort(ascending);
  if (checked.length <= MAX_TAGS) return checked;
  throw new InvalidInputError(sentence('TAGS_COUNT', { owner, count: checked.length, max: MAX_TAGS }));
}

function checkAttributes(attributes: readonly OwnAttribute[], owner: string): OwnAttribute[] {
  const checked = new Map<string, OwnAttribute>();
  for (const each of attributes) {
    const name = checkName(each.name, owner);
    if (checked.has(name))
      throw new InvalidInputError(`${owner} has the attribute ${JSON.stringify(name)} twice; give it once`);
    checked.set(name, { name, ...checkValue(each, name, owner) });
  }
  if (checked.size > MAX_OWN_ATTRIBUTES)
    throw new InvalidInputError(`${owner} has ${checked.size} attributes; give at most ${MAX_OWN_ATTRIBUTES}`);
  const sorted = [...checked.values()].sort((a, b) => ascending(a.name, b.name));
  const bytes = new TextEncoder().encode(JSON.stringify(sorted)).length;
  if (bytes <= MAX_OWN_BYTES) return sorted;
  throw new InvalidInputError(
    `the attributes of ${owner} take ${bytes} bytes; give at most ${MAX_OWN_BYTES}, for example shorter texts`,
  );
}

function checkValue({ kind, value }: OwnValue, name: string, owner: string): OwnValue {
  const of = `attribute ${JSON.stringify(name)} of ${owner}`;
  switch (kind) {
    case 'string':
      return { kind, value: checkText(`text of the ${of}`, value, MAX_OWN_TEXT_LENGTH) };
    case 'boolean':
      return { kind, value };
    case 'number':
      if (Number.isFinite(value)) return { kind, value: value === 0 ? 0 : value };
      throw new InvalidInputError(`the ${of} is the number ${value}; give a finite number`);
    case 'date':
      if (Number.isInteger(value) && Math.abs(value) <= MAX_DATE_MS) return { kind, value };
      throw new InvalidInputError(`the ${of} is not a date; give a time such as 2024-05-01T08:00:00Z`);
  }
}

function checkText(what: string, text: string, most: number): string {
  // A code point has at most two UTF-16 units. The first comparison keeps a huge text from being normalised.
  const isHuge = text.length > 4 * most + 64;
  const checked = isHuge ? text : text.normalize('NFC').trim();
  if (checked === '') throw new InvalidInputError(sentence('TAG_EMPTY', { what, max: most }));
  const length = isHuge ? checked.length : [...checked].length;
  if (length > most)
    throw new InvalidInputError(sentence('TAG_TOO_LONG', { what, length, start: shown(checked), max: most }));
  if (/[\0\p{Surrogate}]/u.test(checked))
    throw new InvalidInputError(`the ${what} ${shown(checked)} has a NUL or half a surrogate pair; remove it`);
  return checked;
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 60 ? text : `${text.slice(0, 60)}…`);
}

/** By UTF-16 code unit: the same everywhere. */
function ascending(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
