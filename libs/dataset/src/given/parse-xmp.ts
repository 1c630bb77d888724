import { ItemError, sentence, type GivenAttributes } from '@wentu/domain';
import { XMLParser } from 'fast-xml-parser';
import { checkedGiven } from './parse-given';

/** Elements deeper than any XMP are a fault, or an attack. */
const MAX_DEPTH = 32;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The keywords (`dc:subject`) and the rating (`xmp:Rating`) of an XMP block: tags, and the attribute `rating`.
 * @returns undefined when it has neither
 * @throws ItemError BAD_ATTRIBUTES
 */
export function parseXmp(text: string, owner: string): GivenAttributes | undefined {
  // XMP has no document type. Without one there are no entities of its own.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text))
    throw new ItemError('BAD_ATTRIBUTES', sentence('XMP_DOCUMENT_TYPE', { owner }));
  const tags = new Set<string>();
  let rating: number | undefined;
  for (const [name, value] of elementsOf(parsed(text, owner), 0)) {
    if (name === 'dc:subject') for (const tag of textsOf(value)) tags.add(tag);
    if (name === 'xmp:Rating' || name === '@xmp:Rating') rating ??= ratingOf(value);
  }
  if (tags.size === 0 && rating === undefined) return undefined;
  return checkedGiven(
    {
      ...(tags.size === 0 ? {} : { tags: [...tags] }),
      ...(rating === undefined ? {} : { attributes: [{ name: 'rating', kind: 'number', value: rating }] }),
    },
    owner,
  );
}

function parsed(text: string, owner: string): unknown {
  try {
    // Entities are decoded below: the parser would decode those of a document type too.
    const parser = new XMLParser({
      ...{ ignoreAttributes: false, attributeNamePrefix: '@', processEntities: false },
      ...{ parseTagValue: false, parseAttributeValue: false, trimValues: true },
    });
    return parser.parse(text, true);
  } catch (cause) {
    throw new ItemError('BAD_ATTRIBUTES', sentence('XMP_INVALID', { owner }), { cause });
  }
}

/** All elements and XML attributes below a value, with their names. */
function* elementsOf(value: unknown, depth: number): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  for (const [name, below] of Object.entries(value))
    for (const each of Array.isArray(below) ? (below as unknown[]) : [below]) {
      yield [name, each];
      yield* elementsOf(each, depth + 1);
    }
}

/** The texts of the items of a list. */
function textsOf(list: unknown): string[] {
  return [...elementsOf(list, 0)].flatMap(([name, value]) => {
    if (name !== 'rdf:li') return [];
    const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['#text'] : value;
    return typeof text === 'string' && text.trim() !== '' ? [decode(text)] : [];
  });
}

/** Stars, -1 (rejected) to 5; undefined when the picture is not rated. */
function ratingOf(value: unknown): number | undefined {
  const rating = typeof value === 'string' ? Number(value) : NaN;
  return rating >= -1 && rating <= 5 && rating !== 0 ? rating : undefined;
}

function decode(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? all;
      const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );
}
