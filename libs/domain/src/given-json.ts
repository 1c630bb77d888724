import { InvalidInputError } from './errors';
import { checkGiven, type GivenAttributes, type OwnAttribute } from './own-attributes';

const EXAMPLE = '{"tags": ["旅行"], "attributes": {"price": 12.5, "sold": false, "made": {"date": "2024-05-01"}}}';
/** Dates, and times with a time zone. */
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Tags and attributes in a JSON object. Other keys are ignored: such a file may be of another program.
 * @returns undefined when it has neither key
 * @throws InvalidInputError
 */
export function parseGivenJson(text: string, owner: string): GivenAttributes | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError(`${owner} is not JSON; write ${EXAMPLE}`, { cause });
  }
  if (!isRecord(value)) return undefined;
  const { tags, attributes } = value;
  if (tags === undefined && attributes === undefined) return undefined;
  return checkGiven(
    {
      ...(tags === undefined ? {} : { tags: toTags(tags, owner) }),
      ...(attributes === undefined ? {} : { attributes: toAttributes(attributes, owner) }),
    },
    owner,
  );
}

function toTags(value: unknown, owner: string): string[] {
  if (Array.isArray(value) && value.every((tag) => typeof tag === 'string')) return value;
  throw bad(`the tags of ${owner} are not a list of texts`);
}

function toAttributes(value: unknown, owner: string): OwnAttribute[] {
  if (!isRecord(value)) throw bad(`the attributes of ${owner} are not an object`);
  return Object.entries(value).flatMap(([name, each]) => (each === null ? [] : [toAttribute(name, each, owner)]));
}

function toAttribute(name: string, value: unknown, owner: string): OwnAttribute {
  if (typeof value === 'string') return { name, kind: 'string', value };
  if (typeof value === 'number') return { name, kind: 'number', value };
  if (typeof value === 'boolean') return { name, kind: 'boolean', value };
  const date = isRecord(value) ? value.date : undefined;
  const atMs = typeof date === 'string' && DATE.test(date) ? Date.parse(date) : NaN;
  if (!Number.isNaN(atMs)) return { name, kind: 'date', value: atMs };
  throw bad(`the attribute ${JSON.stringify(name)} of ${owner} is ${JSON.stringify(value).slice(0, 60)}`);
}

function bad(what: string): InvalidInputError {
  return new InvalidInputError(`${what}; write ${EXAMPLE}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
