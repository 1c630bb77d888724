import type { Language } from './dictionary';
import { formatRange } from './format-date';
import type { Near, PageFilter } from './page-filter';
import { formatName } from './say';

export interface ChipWords {
  readonly placed: string;
  readonly near: (near: Record<keyof Near, number>) => string;
  readonly folder: (folder: string) => string;
  readonly tag: (tag: string) => string;
  readonly pixels: (pixels: number) => string;
}

export interface FilterChip {
  readonly text: string;
  /** The filter without this condition. */
  readonly without: PageFilter;
}

const DAY_MS = 86_400_000;

/** The conditions of a filter, each with the filter without it. */
export function filterChips(filter: PageFilter, words: ChipWords, language: Language): FilterChip[] {
  const { from, to, folder, types, cameras, tags, hasPlace, near, minPixels } = filter;
  const chips: FilterChip[] = [];
  const add = (text: string, change: Partial<PageFilter>): void => {
    chips.push({ text, without: { ...filter, ...change } });
  };
  if (from !== null || to !== null) {
    const before = to === null ? null : new Date(Date.parse(to) + DAY_MS).toISOString().slice(0, 19);
    add(formatRange(from === null ? null : `${from}T00:00:00`, before, language), { from: null, to: null });
  }
  if (folder !== null) add(words.folder(folder), { folder: null });
  for (const type of types) add(formatName(type), { types: types.filter((one) => one !== type) });
  for (const camera of cameras) add(camera, { cameras: cameras.filter((one) => one !== camera) });
  for (const tag of tags) add(words.tag(tag), { tags: tags.filter((one) => one !== tag) });
  if (hasPlace) add(words.placed, { hasPlace: false });
  if (near) add(words.near({ ...near }), { near: null });
  if (minPixels !== null) add(words.pixels(minPixels), { minPixels: null });
  return chips;
}
