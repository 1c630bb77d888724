import { TAGS } from '@wentu/domain';
import type { AttributeColumn } from './attribute-column';
import type { AttributeTable } from './attribute-table';

export const FACET_FIELDS = ['YEAR', 'MONTH', 'DAY', 'FOLDER', 'CAMERA', 'LENS', 'TYPE', 'TAG'] as const;
/**
 * YEAR, MONTH and DAY are those at the place of the picture. FOLDER counts the folders directly in a folder. An image
 * has several TAGs.
 */
export type FacetField = (typeof FACET_FIELDS)[number];

export interface FacetValue {
  /** A year as 2024, a month as 2024-05, a day as 2024-05-01, a folder with its path, or the attribute itself. */
  readonly value: string;
  readonly count: number;
}

export interface Facet {
  readonly field: FacetField;
  /** Times newest first; others with the most images first, equal counts by value. */
  readonly values: readonly FacetValue[];
  /** Number of values, also of those that are not in `values`. */
  readonly totalCount: number;
  /** Images that match and have a value. */
  readonly imageCount: number;
}

const MS_PER_DAY = 86_400_000;
const ATTRIBUTES = { CAMERA: 'camera', LENS: 'lens', TYPE: 'mimeType' } as const;
/** Lengths of the parts of an ISO date. Years are 1826 to 2100. */
const DATE_LENGTHS = { YEAR: 4, MONTH: 7, DAY: 10 } as const;

/** Counts the slots of the mask by the values of a field. @param folder '' for the whole collection */
export function countFacet(
  table: AttributeTable,
  mask: Uint8Array,
  field: FacetField,
  { folder, limit }: { readonly folder: string; readonly limit: number },
): Facet {
  const counts = countsOf(table, mask, field, folder);
  const values = Array.from(counts, ([value, count]) => ({ value, count }));
  const byValue = (a: FacetValue, b: FacetValue): number => (a.value < b.value ? -1 : 1);
  if (field in DATE_LENGTHS) values.sort((a, b) => byValue(b, a));
  else values.sort((a, b) => b.count - a.count || byValue(a, b));
  return {
    field,
    values: values.slice(0, limit),
    totalCount: values.length,
    imageCount: field === 'TAG' ? taggedCount(table, mask) : values.reduce((sum, { count }) => sum + count, 0),
  };
}

function countsOf(table: AttributeTable, mask: Uint8Array, field: FacetField, folder: string): Map<string, number> {
  switch (field) {
    case 'YEAR':
    case 'MONTH':
    case 'DAY':
      return dateCounts(table, mask, DATE_LENGTHS[field]);
    case 'FOLDER': {
      const prefix = folder === '' ? '' : `${folder}/`;
      return textCounts(table.folders, mask, (path) => childOf(path, prefix));
    }
    case 'TAG':
      return tagCounts(table, mask);
    case 'CAMERA':
    case 'LENS':
    case 'TYPE': {
      const column = table.column(ATTRIBUTES[field]);
      return column ? textCounts(column, mask, (value) => value) : new Map<string, number>();
    }
  }
}

function dateCounts(table: AttributeTable, mask: Uint8Array, length: number): Map<string, number> {
  const days = new Map<number, number>();
  for (let slot = 0; slot < mask.length; slot++) {
    const day = table.dayAt(slot);
    if (mask[slot] === 1 && !Number.isNaN(day)) days.set(day, (days.get(day) ?? 0) + 1);
  }
  const counts = new Map<string, number>();
  for (const [day, count] of days) {
    const date = new Date(day * MS_PER_DAY).toISOString().slice(0, length);
    counts.set(date, (counts.get(date) ?? 0) + count);
  }
  return counts;
}

/** @param groupOf the value that is counted; null: none */
function textCounts(
  column: AttributeColumn,
  mask: Uint8Array,
  groupOf: (value: string) => string | null,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [code, count] of column.countCodes(mask).entries()) {
    const value = column.values[code];
    const group = count > 0 && typeof value === 'string' ? groupOf(value) : null;
    if (group !== null) counts.set(group, (counts.get(group) ?? 0) + count);
  }
  return counts;
}

/** The distinct lists of tags, and how many images of the mask have each. */
function tagLists(
  table: AttributeTable,
  mask: Uint8Array,
): { readonly tags: readonly string[]; readonly count: number }[] {
  const column = table.column(TAGS);
  return Array.from(column?.countCodes(mask) ?? [], (count, code) => {
    const tags = column?.values[code];
    return { tags: typeof tags === 'object' ? tags : [], count };
  });
}

function tagCounts(table: AttributeTable, mask: Uint8Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tags, count } of tagLists(table, mask))
    if (count > 0) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + count);
  return counts;
}

function taggedCount(table: AttributeTable, mask: Uint8Array): number {
  return tagLists(table, mask).reduce((sum, { tags, count }) => sum + (tags.length === 0 ? 0 : count), 0);
}

/** The folder directly in `prefix` that has the path; null when none has it. */
function childOf(path: string, prefix: string): string | null {
  if (path === '' || !path.startsWith(prefix)) return null;
  const end = path.indexOf('/', prefix.length);
  return end === -1 ? path : path.slice(0, end);
}
