import { kindOfOwn, TAGS, type FilterValue, type ImageFilter, type OwnKind } from '@wentu/domain';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { exactText } from './dialect';
import type { ImageEntity } from './entities/image.entity';
import { nearCondition } from './near-rows';

interface AttributeColumn {
  readonly column: keyof ImageEntity;
  readonly type: 'string' | 'integer' | 'double';
  /** The attribute is absent where the column is NULL. */
  readonly isNullable: boolean;
}

const text = (column: keyof ImageEntity, isNullable = false): AttributeColumn => ({
  column,
  type: 'string',
  isNullable,
});
const integer = (column: keyof ImageEntity, isNullable = false): AttributeColumn => ({
  column,
  type: 'integer',
  isNullable,
});

/** The columns of the attributes that `imageAttributes` makes. */
const COLUMNS = new Map<string, AttributeColumn>([
  ['imageId', text('imageId')],
  ['mimeType', text('mimeType')],
  ['width', integer('width')],
  ['height', integer('height')],
  ['sizeBytes', integer('sizeBytes')],
  ['takenAt', integer('takenAt', true)],
  ['takenAtOffset', integer('takenAtOffset', true)],
  ['takenAtSource', text('takenAtSource', true)],
  ['camera', text('camera', true)],
  ['lens', text('lens', true)],
  ['latitude', { column: 'latitude', type: 'double', isNullable: true }],
  ['longitude', { column: 'longitude', type: 'double', isNullable: true }],
]);

const [TRUE, FALSE] = ['1 = 1', '1 = 0'];

/**
 * Adds the rows that match to the conditions of a query over `ImageEntity` with the alias `i`. It means what `matches`
 * means: every condition is true or false, never unknown, so `not` has the rows without the attribute.
 * @param query has the parameter `collectionId`
 */
export function whereMatches<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  filter: ImageFilter,
): SelectQueryBuilder<T> {
  const parameters: Record<string, FilterValue> = {};
  const add = (value: FilterValue): string => {
    const name = `filter${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `:${name}`;
  };
  const exact = (expression: string): string => exactText(query.dataSource, expression);
  return query.andWhere(conditionOf(filter, { add, exact }), parameters);
}

type AttributeCondition = Extract<ImageFilter, { readonly attribute: string }>;

interface Writer {
  /** Adds a parameter. @returns its placeholder */
  readonly add: (value: FilterValue) => string;
  /** An expression of the text that compares by bytes. */
  readonly exact: (expression: string) => string;
}

function conditionOf(filter: ImageFilter, writer: Writer): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.filters.map((one) => conditionOf(one, writer)).join(filter.kind === 'and' ? ' AND ' : ' OR ')})`;
    case 'not':
      return `(NOT ${conditionOf(filter.filter, writer)})`;
    case 'near':
      return `(i.latitude IS NOT NULL AND i.longitude IS NOT NULL AND ${nearCondition(filter, writer.add)})`;
    case 'takenLocally': {
      const local = 'i.takenAt + COALESCE(i.takenAtOffset, 0) * 60000';
      return `(i.takenAt IS NOT NULL AND ${between(local, wholeEnds(filter), writer)})`;
    }
    default: {
      const kind = filter.attribute === TAGS ? 'string' : kindOfOwn(filter.attribute);
      if (kind !== null) return ownCondition(filter, kind, writer);
      const found = COLUMNS.get(filter.attribute);
      if (!found) return `(${FALSE})`;
      const condition = columnCondition(filter, found, writer);
      return found.isNullable ? `(i.${found.column} IS NOT NULL AND ${condition})` : `(${condition})`;
    }
  }
}

/**
 * A condition on a tag or an attribute of the owner. The rows of `image_attribute` that match are found by an index on
 * name and value, once for the whole statement.
 */
function ownCondition(filter: AttributeCondition, kind: OwnKind, { add, exact }: Writer): string {
  const condition = ownValue(filter, kind, { add, exact });
  if (condition === FALSE) return `(${FALSE})`;
  const named = `own.collection_id = :collectionId AND own.name = ${add(filter.attribute)}`;
  // Not `i.id` alone: SQLite would read and sort the whole rows of a frequent tag to give a page of them.
  return `(i.id + 0 IN (SELECT own.image_row_id FROM image_attribute own WHERE ${named} AND ${condition}))`;
}

function ownValue(filter: AttributeCondition, kind: OwnKind, { add, exact }: Writer): string {
  switch (filter.kind) {
    case 'exists':
      return TRUE;
    case 'equal':
    case 'oneOf': {
      const wanted = filter.kind === 'equal' ? [filter.value] : filter.values;
      const type = kind === 'date' ? 'number' : kind;
      const values = wanted.filter((value) => typeof value === type && isStorable(value) && isTrimmed(value));
      if (values.length === 0) return FALSE;
      if (kind === 'string') return `own.text IN (${values.map(add).join(', ')})`;
      return `own.number IN (${values.map((value) => add(Number(value))).join(', ')})`;
    }
    case 'range':
      return kind === 'number' || kind === 'date' ? between('own.number', filter, { add, exact }) : FALSE;
    case 'inFolder':
      return kind === 'string' ? folderCondition(exact('own.text'), filter.folder, add) : FALSE;
  }
}

function columnCondition(filter: AttributeCondition, { column, type }: AttributeColumn, writer: Writer): string {
  const { add, exact } = writer;
  switch (filter.kind) {
    case 'exists':
      return TRUE;
    case 'equal':
    case 'oneOf': {
      const wanted = filter.kind === 'equal' ? [filter.value] : filter.values;
      const values = wanted.filter((value) => isValueOf(value, type));
      if (values.length === 0) return FALSE;
      const compared = type === 'string' ? exact(`i.${column}`) : `i.${column}`;
      return `${compared} IN (${values.map(add).join(', ')})`;
    }
    case 'range': {
      if (type === 'string') return FALSE;
      return between(`i.${column}`, type === 'integer' ? wholeEnds(filter) : filter, writer);
    }
    case 'inFolder':
      return type === 'string' ? folderCondition(exact(`i.${column}`), filter.folder, add) : FALSE;
  }
}

function folderCondition(path: string, folder: string, add: Writer['add']): string {
  if (!isStorable(folder)) return FALSE;
  // The paths that begin with `folder/`: `0` is the character after the slash.
  return `(${path} = ${add(folder)} OR (${path} >= ${add(`${folder}/`)} AND ${path} < ${add(`${folder}0`)}))`;
}

interface Ends {
  readonly from?: number;
  readonly to?: number;
}

/**
 * The whole numbers in a range. MariaDB rounds a fraction that it looks up in an index of integers: it counted images
 * of 0 ms for -0.5 ms.
 */
function wholeEnds({ from, to }: Ends): Ends {
  // Columns have safe integers, so these ends are beyond all of them.
  const bounded = (end: number): number => Math.min(2 ** 53, Math.max(-(2 ** 53), end));
  return {
    ...(from === undefined ? {} : { from: bounded(Math.ceil(from)) }),
    ...(to === undefined ? {} : { to: bounded(Math.floor(to)) }),
  };
}

function isValueOf(value: FilterValue, type: AttributeColumn['type']): boolean {
  if (type === 'integer') return Number.isSafeInteger(value);
  return type === 'double' ? typeof value === 'number' : typeof value === 'string' && isStorable(value);
}

function between(expression: string, { from, to }: Ends, { add }: Writer): string {
  const ends = [
    ...(from === undefined ? [] : [`${expression} >= ${add(from)}`]),
    ...(to === undefined ? [] : [`${expression} <= ${add(to)}`]),
  ];
  return ends.join(' AND ');
}

/** Texts of owners have no spaces at their ends, which MySQL ignores when it compares. */
function isTrimmed(value: FilterValue): boolean {
  return typeof value !== 'string' || value === value.trim();
}

/** Drivers replace half of a surrogate pair by another character, which a row may have. */
function isStorable(value: FilterValue): boolean {
  return typeof value !== 'string' || !/\p{Surrogate}/u.test(value);
}
