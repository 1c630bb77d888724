import { sentence } from './sentence';
import type { Attributes } from './attributes';
import { InvalidInputError } from './errors';
import { MAX_OFFSET_MINUTES } from './facts';
import { boundsAround, boundsWithin, distanceKm, MAX_NEAR_KM, MIN_NEAR_KM, type Bounds, type Circle } from './near';

export type FilterValue = string | number | boolean;

/**
 * A condition on the attributes of an image. Plain data that crosses threads. Values of different types are never
 * equal, and an absent attribute matches no condition. So `not` over a condition matches images without the attribute.
 * Ranges are for attributes that are numbers in all images, and folders for strings: `not` over them gives no promise
 * for a value of another type, because some stores take such a comparison for unknown, not for false.
 */
export type Filter = FilterOf<Condition>;

/** A filter of images. Their rows decide a part of it that an index cannot decide. */
export type ImageFilter = FilterOf<Condition | RowCondition>;

type FilterOf<Part> =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly FilterOf<Part>[] }
  | { readonly kind: 'not'; readonly filter: FilterOf<Part> }
  | Part;

type Condition =
  /** The image has the attribute. */
  | { readonly kind: 'exists'; readonly attribute: string }
  | { readonly kind: 'equal'; readonly attribute: string; readonly value: FilterValue }
  | { readonly kind: 'oneOf'; readonly attribute: string; readonly values: readonly FilterValue[] }
  /** Numbers from `from` to `to`, both included. An end that is left out is open. */
  | { readonly kind: 'range'; readonly attribute: string; readonly from?: number; readonly to?: number }
  /** Paths of this folder, by whole segments: `a/b` has `a/b` and `a/b/c`, and not `a/bc`. */
  | { readonly kind: 'inFolder'; readonly attribute: string; readonly folder: string };

/** A condition that an index decides only roughly. */
type RowCondition = Near | TakenLocally;

/** The place in the attributes `latitude` and `longitude` is in the circle. */
type Near = { readonly kind: 'near' } & Circle;

/**
 * The clock where the picture was taken showed a time from `from` to `to`, both included: `takenAt` plus its offset, or
 * `takenAt` itself without an offset. Local times are the milliseconds that they have in UTC.
 */
interface TakenLocally {
  readonly kind: 'takenLocally';
  readonly from?: number;
  readonly to?: number;
}

/** Largest number of filters within each other. */
export const MAX_FILTER_DEPTH = 8;
/** Largest number of conditions, with each value of a `oneOf` as one, and of `and`, `or` and `not`. */
export const MAX_FILTER_TERMS = 256;
/** Longest string in a filter, in characters (code points). It is enough for every imageId. */
export const MAX_FILTER_TEXT_LENGTH = 512;
/** Longest name of an attribute, in characters (code points). It is enough for every `ownAttribute`. */
export const MAX_ATTRIBUTE_NAME_LENGTH = 80;

/** How many filters within each other, and how many terms, an index needs for a circle. */
const [NEAR_DEPTH, NEAR_TERMS] = [3, 5];
const MINUTE_MS = 60_000;

/** Whether an image with these attributes matches. The filter was checked with `checkFilter`. */
export function matches(filter: ImageFilter, attributes: Attributes): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((one) => matches(one, attributes));
    case 'or':
      return filter.filters.some((one) => matches(one, attributes));
    case 'not':
      return !matches(filter.filter, attributes);
    case 'exists':
      return Object.hasOwn(attributes, filter.attribute);
    case 'near': {
      const [latitude] = valuesOf(attributes, 'latitude');
      const [longitude] = valuesOf(attributes, 'longitude');
      if (typeof latitude !== 'number' || typeof longitude !== 'number') return false;
      return distanceKm(filter, { latitude, longitude }) <= filter.km;
    }
    case 'takenLocally': {
      const [takenAt] = valuesOf(attributes, 'takenAt');
      const [offset = 0] = valuesOf(attributes, 'takenAtOffset');
      if (typeof takenAt !== 'number' || typeof offset !== 'number') return false;
      const { from = -Infinity, to = Infinity } = filter;
      const local = takenAt + offset * MINUTE_MS;
      return from <= local && local <= to;
    }
    case 'equal':
      return valuesOf(attributes, filter.attribute).includes(filter.value);
    case 'oneOf':
      return valuesOf(attributes, filter.attribute).some((value) => filter.values.includes(value));
    case 'range': {
      const { from = -Infinity, to = Infinity } = filter;
      return valuesOf(attributes, filter.attribute).some(
        (value) => typeof value === 'number' && from <= value && value <= to,
      );
    }
    case 'inFolder':
      return valuesOf(attributes, filter.attribute).some(
        (value) => typeof value === 'string' && (value === filter.folder || value.startsWith(`${filter.folder}/`)),
      );
  }
}

/**
 * A filter for an index, which matches at least the images of this filter: a circle becomes a box, and a local time one
 * in UTC. The rows decide about the rest.
 */
export function indexFilter(filter: ImageFilter, isNegated = false): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((one) => indexFilter(one, isNegated)) };
    case 'not':
      return { kind: 'not', filter: indexFilter(filter.filter, !isNegated) };
    case 'near':
      return inBounds(isNegated ? boundsWithin(filter) : boundsAround(filter));
    case 'takenLocally': {
      const { from, to } = filter;
      // Under `not`, only what is certain in every offset. Such a range may be empty: its end is before its beginning.
      const wider = (isNegated ? -1 : 1) * MAX_OFFSET_MINUTES * MINUTE_MS;
      return {
        ...{ kind: 'range', attribute: 'takenAt' },
        ...(from === undefined ? {} : { from: from - wider }),
        ...(to === undefined ? {} : { to: to + wider }),
      };
    }
    default:
      return filter;
  }
}

/** Whether only the rows can decide about this filter. */
export function needsRows(filter: ImageFilter): boolean {
  if ('filters' in filter) return filter.filters.some(needsRows);
  return filter.kind === 'not' ? needsRows(filter.filter) : isRowCondition(filter);
}

function isRowCondition(filter: Condition | RowCondition): filter is RowCondition {
  return filter.kind === 'near' || filter.kind === 'takenLocally';
}

function inBounds({ latitudes, longitudes }: Bounds): Filter {
  const range = (attribute: string, [from, to]: readonly [number, number]): Filter => {
    return { kind: 'range', attribute, from, to };
  };
  const between = longitudes.map((ends) => range('longitude', ends));
  const latitude = range('latitude', latitudes);
  return between.length === 0 ? latitude : { kind: 'and', filters: [latitude, { kind: 'or', filters: between }] };
}

/** @throws InvalidInputError when the filter exceeds a limit, or has an empty list or range, or an infinite number */
export function checkFilter(filter: ImageFilter): void {
  checkPart(filter, 1, 0);
}

/** Owners name attributes, so a name such as `constructor` must not find a property of every object. */
function valuesOf(attributes: Attributes, name: string): readonly FilterValue[] {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}

/** @returns the number of terms so far, with this part */
function checkPart(filter: ImageFilter, depth: number, termsBefore: number): number {
  if (depth + (filter.kind === 'near' ? NEAR_DEPTH - 1 : 0) > MAX_FILTER_DEPTH)
    throw new InvalidInputError(sentence('FILTER_DEEP', { max: MAX_FILTER_DEPTH }));
  const terms = termsBefore + termsOf(filter);
  if (terms > MAX_FILTER_TERMS) throw new InvalidInputError(sentence('FILTER_TERMS', { max: MAX_FILTER_TERMS }));
  switch (filter.kind) {
    case 'and':
    case 'or':
      if (filter.filters.length === 0)
        throw new InvalidInputError(`the filter has an empty "${filter.kind}"; give it a filter, or leave it out`);
      return filter.filters.reduce((sum, one) => checkPart(one, depth + 1, sum), terms);
    case 'not':
      return checkPart(filter.filter, depth + 1, terms);
    default:
      checkCondition(filter);
      return terms;
  }
}

function termsOf(filter: ImageFilter): number {
  if (filter.kind === 'near') return NEAR_TERMS;
  return filter.kind === 'oneOf' ? filter.values.length : 1;
}

function checkNear({ latitude, longitude, km }: Circle): void {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
    throw new InvalidInputError(sentence('FILTER_PLACE', { latitude, longitude }));
  if (!(km >= MIN_NEAR_KM && km <= MAX_NEAR_KM))
    throw new InvalidInputError(sentence('FILTER_RADIUS', { km, least: MIN_NEAR_KM, most: MAX_NEAR_KM }));
}

function checkCondition(filter: Condition | RowCondition): void {
  if (filter.kind === 'near') return checkNear(filter);
  if (filter.kind === 'takenLocally') return checkRange('local times', filter.from, filter.to);
  checkLength('name of an attribute', filter.attribute, MAX_ATTRIBUTE_NAME_LENGTH);
  const name = JSON.stringify(filter.attribute);
  switch (filter.kind) {
    case 'exists':
      return;
    case 'equal':
      return checkValue(name, filter.value);
    case 'oneOf':
      if (filter.values.length === 0)
        throw new InvalidInputError(`the filter on ${name} lists no values; give it a value, or leave it out`);
      return filter.values.forEach((value) => checkValue(name, value));
    case 'range':
      return checkRange(name, filter.from, filter.to);
    case 'inFolder':
      checkValue(name, filter.folder);
      if (filter.folder === '' || filter.folder.endsWith('/'))
        throw new InvalidInputError(sentence('FILTER_FOLDER', { name, folder: filter.folder }));
  }
}

function checkRange(name: string, from: number | undefined, to: number | undefined): void {
  if (from === undefined && to === undefined)
    throw new InvalidInputError(`the range on ${name} has no end; give it a smallest or a largest value`);
  for (const end of [from, to]) if (end !== undefined) checkValue(name, end);
  if (from !== undefined && to !== undefined && from > to)
    throw new InvalidInputError(sentence('FILTER_RANGE', { name, from, to }));
}

function checkValue(name: string, value: FilterValue): void {
  if (typeof value === 'string') checkLength(`value for ${name}`, value, MAX_FILTER_TEXT_LENGTH);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new InvalidInputError(`the filter on ${name} has the number ${value}; use a finite number`);
}

function checkLength(what: string, text: string, most: number): void {
  // A code point has at most two UTF-16 units. The first comparison keeps a huge text from being spread.
  if (text.length <= 2 * most && [...text].length <= most) return;
  throw new InvalidInputError(
    `a filter has a ${what} of more than ${most} characters, beginning with ${JSON.stringify(text.slice(0, 40))}; ` +
      'shorten it',
  );
}
