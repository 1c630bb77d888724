import { InvalidInputError, type ImageFilter, type ImageOrder, type ImageOrderField } from '@wentu/domain';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseAttributeFilter, tagFilter, toOwnInput } from './own-flags';
import { parseCount } from './parse-count';
import type { Words } from './words/english';

const FACTS = { 'taken-at': 'takenAt', camera: 'camera', lens: 'lens', place: 'latitude' } as const;
type FactName = keyof typeof FACTS;
const FACT_NAMES = Object.keys(FACTS) as FactName[];
const ORDERS = { loaded: 'LOADED_AT', taken: 'TAKEN_AT', size: 'SIZE', name: 'NAME' } as const;
type OrderName = keyof typeof ORDERS;
const DAY_MS = 86_400_000;

/** The values of the options that `addFilterFlags` adds. */
export interface FilterFlags {
  readonly folder?: string;
  readonly type?: readonly string[];
  readonly camera?: readonly string[];
  readonly lens?: readonly string[];
  readonly takenFrom?: number;
  readonly takenTo?: number;
  readonly minSize?: number;
  readonly maxSize?: number;
  readonly near?: Extract<ImageFilter, { kind: 'near' }>;
  readonly has?: readonly FactName[];
  readonly lacks?: readonly FactName[];
  readonly tag?: readonly string[];
  readonly attribute?: readonly ImageFilter[];
}

/** Options that say which images. */
export function addFilterFlags(command: Command, allWords: Words): Command {
  const words = allWords.filter;
  const oneMore = (value: string, before: readonly string[] = []): string[] => [...before, value];
  const facts = (flag: string, text: string): Option => new Option(`--${flag} <fact...>`, text).choices(FACT_NAMES);
  return command
    .option('--folder <folder>', words.folder)
    .option('--type <type>', words.type, oneMore)
    .option('--camera <camera>', words.camera, oneMore)
    .option('--lens <lens>', words.lens, oneMore)
    .option('--taken-from <date>', words.takenFrom, parseDate(words, 0))
    .option('--taken-to <date>', words.takenTo, parseDate(words, DAY_MS - 1))
    .option('--min-size <bytes>', words.minSize, parseCount(allWords))
    .option('--max-size <bytes>', words.maxSize, parseCount(allWords))
    .option('--near <latitude,longitude,km>', words.near, parseNear(words))
    .addOption(facts('has', words.has))
    .addOption(facts('lacks', words.lacks))
    .option('--tag <tag>', words.tag, oneMore)
    .option('--attribute <name=value>', words.attribute, parseAttributeFilter(words));
}

/** @returns null without a condition */
export function filterOf(flags: FilterFlags): ImageFilter | null {
  const filters: ImageFilter[] = [];
  if (flags.folder !== undefined) filters.push({ kind: 'inFolder', attribute: 'imageId', folder: flags.folder });
  for (const [attribute, values] of [
    ['mimeType', flags.type],
    ['camera', flags.camera],
    ['lens', flags.lens],
  ] as const)
    // prettier-ignore
    if (values) filters.push({ kind: 'oneOf', attribute, values });
  filters.push(...rangeOf('takenAt', flags.takenFrom, flags.takenTo));
  filters.push(...rangeOf('sizeBytes', flags.minSize, flags.maxSize));
  if (flags.near) filters.push(flags.near);
  for (const fact of flags.has ?? []) filters.push({ kind: 'exists', attribute: FACTS[fact] });
  for (const fact of flags.lacks ?? [])
    filters.push({ kind: 'not', filter: { kind: 'exists', attribute: FACTS[fact] } });
  if (flags.tag) filters.push(tagFilter(flags.tag));
  filters.push(...(flags.attribute ?? []));
  const [first, ...rest] = filters;
  return first === undefined ? null : rest.length === 0 ? first : { kind: 'and', filters };
}

/** Parses `taken` or `taken:desc`. */
export function parseOrder(words: Words['filter']): (value: string) => ImageOrder {
  return (value) => {
    const [name = '', direction = 'asc', ...rest] = value.split(':');
    const field: ImageOrderField | undefined = Object.hasOwn(ORDERS, name) ? ORDERS[name as OrderName] : undefined;
    if (!field || rest.length > 0 || (direction !== 'asc' && direction !== 'desc'))
      throw new InvalidArgumentError(words.giveOrder);
    return { field, direction: direction === 'asc' ? 'ASC' : 'DESC' };
  };
}

/** The filter as an ImageFilter of the API. @throws InvalidInputError for a filter that no options make */
export function toFilterInput(filter: ImageFilter): Record<string, unknown> {
  const own = 'attribute' in filter ? toOwnInput(filter) : null;
  if (own) return own;
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { [filter.kind]: filter.filters.map(toFilterInput) };
    case 'not':
      return { not: toFilterInput(filter.filter) };
    case 'near':
      return { near: { latitude: filter.latitude, longitude: filter.longitude, km: filter.km } };
    case 'inFolder':
      return { folder: filter.folder };
    case 'oneOf':
      return { [filter.attribute]: filter.values };
    case 'range': {
      const ends = { from: filter.from, to: filter.to };
      if (filter.attribute !== 'takenAt') return { [filter.attribute]: ends };
      const toDate = (end: number | undefined): Date | undefined => (end === undefined ? undefined : new Date(end));
      return { takenAt: { from: toDate(ends.from), to: toDate(ends.to) } };
    }
    case 'exists': {
      const fact = FACT_NAMES.find((name) => FACTS[name] === filter.attribute);
      if (fact) return { has: [fact.replace('-', '_').toUpperCase()] };
    }
  }
  throw new InvalidInputError(`the filter ${JSON.stringify(filter)} has no form in the API`);
}

function rangeOf(attribute: string, from: number | undefined, to: number | undefined): ImageFilter[] {
  if (from === undefined && to === undefined) return [];
  return [{ kind: 'range', attribute, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

/** @param restOfDayMs added to a date without a time */
function parseDate(words: Words['filter'], restOfDayMs: number): (value: string) => number {
  return (value) => {
    const atMs = /^\d{4}-\d\d-\d\d(T.*)?$/.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(atMs)) throw new InvalidArgumentError(words.giveDate);
    return atMs + (value.includes('T') ? 0 : restOfDayMs);
  };
}

function parseNear(words: Words['filter']): (value: string) => Extract<ImageFilter, { kind: 'near' }> {
  return (value) => {
    const numbers = value.split(',').map((each) => (each.trim() === '' ? NaN : Number(each)));
    const [latitude = NaN, longitude = NaN, km = NaN] = numbers;
    if (numbers.length !== 3 || numbers.some(Number.isNaN)) throw new InvalidArgumentError(words.giveNear);
    return { kind: 'near', latitude, longitude, km };
  };
}
