import {
  kindOfOwn,
  OWN_KINDS,
  ownAttribute,
  TAGS,
  type ImageFilter,
  type OwnAttribute,
  type OwnChange,
} from '@wentu/domain';
import { InvalidArgumentError } from 'commander';
import type { Words } from './words/english';

const DAY_MS = 86_400_000;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$/;

type Condition = Extract<ImageFilter, { attribute: string }>;

/** Images with one of the tags. */
export function tagFilter(tags: readonly string[]): ImageFilter {
  return { kind: 'oneOf', attribute: TAGS, values: tags };
}

/**
 * Parses `price`, `price=12.5`, `price=10..20`, `made=2024-05-01..`, `sold=true` or `note=good`. A value may have been
 * stored as a text, so a single one is compared with texts too.
 */
export function parseAttributeFilter(words: Words['filter']): (value: string, before?: ImageFilter[]) => ImageFilter[] {
  return (value, before = []) => {
    const [name, of] = splitPair(value);
    if (name === '') throw new InvalidArgumentError(words.giveAttribute);
    if (of === null) return [...before, anyKind(name)];
    const [from, to, ...others] = of.split('..');
    if (from === undefined || to === undefined || others.length > 0) return [...before, equalTo(name, of)];
    return [...before, rangeOf(name, from, to, words)];
  };
}

/** Parses `price=12.5`: a number, `true` or `false`, a date, else a text. */
export function parseAttribute(words: Words['tag'], isText = false) {
  return (value: string, before: readonly OwnAttribute[] = []): OwnAttribute[] => {
    const [name, of] = splitPair(value);
    if (name === '' || of === null || of === '') throw new InvalidArgumentError(words.givePair);
    return [...before, isText ? { name, kind: 'string', value: of } : typed(name, of)];
  };
}

/** A condition of these options as an ImageFilter of the API; null for other attributes. */
export function toOwnInput(condition: Condition): Record<string, unknown> | null {
  if (condition.attribute === TAGS) return condition.kind === 'oneOf' ? { tag: condition.values } : null;
  const kind = kindOfOwn(condition.attribute);
  if (kind === null) return null;
  const name = condition.attribute.slice(ownAttribute('', kind).length);
  switch (condition.kind) {
    case 'exists':
      return { attribute: { name, exists: true } };
    case 'equal':
      return { attribute: { name, [kind]: kind === 'boolean' ? condition.value : [condition.value] } };
    case 'range': {
      const { from, to } = condition;
      if (kind !== 'date') return { attribute: { name, numberRange: { from, to } } };
      const toDate = (end: number | undefined): Date | undefined => (end === undefined ? undefined : new Date(end));
      return { attribute: { name, dateRange: { from: toDate(from), to: toDate(to) } } };
    }
    default:
      return null;
  }
}

/** A change as an ImageAttributesChange of the API. */
export function toChangeInput({ setAttributes = [], ...change }: OwnChange): Record<string, unknown> {
  const attributes = setAttributes.map(({ name, kind, value }) => ({
    ...{ name, [kind]: kind === 'date' ? new Date(value) : value },
  }));
  return { ...change, setAttributes: attributes };
}

function splitPair(text: string): [name: string, value: string | null] {
  const at = text.indexOf('=');
  return at === -1 ? [text.trim(), null] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function typed(name: string, text: string): OwnAttribute {
  if (NUMBER.test(text)) return { name, kind: 'number', value: Number(text) };
  if (text === 'true' || text === 'false') return { name, kind: 'boolean', value: text === 'true' };
  const atMs = dateOf(text);
  return atMs === null ? { name, kind: 'string', value: text } : { name, kind: 'date', value: atMs };
}

function anyKind(name: string): ImageFilter {
  return { kind: 'or', filters: OWN_KINDS.map((kind) => ({ kind: 'exists', attribute: ownAttribute(name, kind) })) };
}

function equalTo(name: string, text: string): ImageFilter {
  const value = typed(name, text);
  const asText: ImageFilter = { kind: 'equal', attribute: ownAttribute(name, 'string'), value: text };
  if (value.kind === 'string') return asText;
  const attribute = ownAttribute(name, value.kind);
  // A date without a time is the whole day.
  const isDay = value.kind === 'date' && !text.includes('T');
  const asValue: ImageFilter = isDay
    ? { kind: 'range', attribute, from: value.value, to: value.value + DAY_MS - 1 }
    : { kind: 'equal', attribute, value: value.value };
  return { kind: 'or', filters: [asValue, asText] };
}

function rangeOf(name: string, from: string, to: string, words: Words['filter']): ImageFilter {
  const ends = [from, to].filter((end) => end !== '');
  const isDates = ends.every((end) => dateOf(end) !== null);
  if (ends.length === 0 || !(isDates || ends.every((end) => NUMBER.test(end))))
    throw new InvalidArgumentError(words.giveAttribute);
  const valueOf = (end: string): number => (isDates ? (dateOf(end) as number) : Number(end));
  const restOfDayMs = isDates && !to.includes('T') ? DAY_MS - 1 : 0;
  return {
    ...{ kind: 'range', attribute: ownAttribute(name, isDates ? 'date' : 'number') },
    ...(from === '' ? {} : { from: valueOf(from) }),
    ...(to === '' ? {} : { to: valueOf(to) + restOfDayMs }),
  };
}

function dateOf(text: string): number | null {
  const atMs = DATE.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(atMs) ? null : atMs;
}
