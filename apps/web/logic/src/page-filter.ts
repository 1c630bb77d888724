/** A circle on the earth, in degrees and kilometres. */
export interface Near {
  readonly latitude: number;
  readonly longitude: number;
  readonly km: number;
}

/** The conditions of the filter bar. A picture has to match all of them. */
export interface PageFilter {
  /** The first and the last day, such as 2025-06-01. */
  readonly from: string | null;
  readonly to: string | null;
  readonly folder: string | null;
  /** Media types, such as image/jpeg; empty: all. */
  readonly types: readonly string[];
  readonly cameras: readonly string[];
  /** Tags of the owner; a picture has to have all of them. */
  readonly tags: readonly string[];
  readonly hasPlace: boolean;
  readonly near: Near | null;
  /** The smallest length of the longer side in pixels. */
  readonly minPixels: number | null;
}

export const NO_FILTER: PageFilter = {
  ...{
    from: null,
    to: null,
    folder: null,
    types: [],
    cameras: [],
    tags: [],
    hasPlace: false,
    near: null,
    minPixels: null,
  },
};

/** Longest lists that an address gives; the server has limits of its own. */
const MOST_VALUES = 20;
const LONGEST_VALUE = 512;

/** Values of a hand-written link that cannot be used are left out. */
export function readFilter(params: URLSearchParams): PageFilter {
  const list = (name: string): string[] =>
    [...new Set(params.getAll(name))].filter((value) => value && value.length <= LONGEST_VALUE).slice(0, MOST_VALUES);
  const [from, to] = [readDay(params.get('from')), readDay(params.get('to'))];
  const pixels = Number(params.get('px'));
  return {
    ...(from !== null && to !== null && from > to ? { from: to, to: from } : { from, to }),
    folder: readFolder(params.get('folder') ?? ''),
    types: list('type'),
    cameras: list('camera'),
    tags: list('tag'),
    hasPlace: params.get('place') === '1',
    near: readNear(params.get('near') ?? ''),
    minPixels: Number.isInteger(pixels) && pixels > 0 ? pixels : null,
  };
}

/** The inverse of {@link readFilter}. */
export function writeFilter(
  { from, to, folder, types, cameras, tags, hasPlace, near, minPixels }: PageFilter,
  params: URLSearchParams,
): void {
  if (from) params.set('from', from);
  if (to) params.set('to', to);
  if (folder) params.set('folder', folder);
  for (const type of types) params.append('type', type);
  for (const camera of cameras) params.append('camera', camera);
  for (const tag of tags) params.append('tag', tag);
  if (hasPlace) params.set('place', '1');
  if (near) params.set('near', [near.latitude, near.longitude, near.km].join(','));
  if (minPixels !== null) params.set('px', String(minPixels));
}

/** The day itself; null when there is no such day. */
export function readDay(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const time = Date.parse(`${text}T00:00:00Z`);
  // February 30 is read as March 2.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null;
}

/** A folder as the server takes it: without spaces around it or slashes at its end. */
export function readFolder(text: string): string | null {
  const folder = text.trim().replace(/\/+$/, '');
  return folder !== '' && folder.length <= LONGEST_VALUE ? folder : null;
}

/** `latitude, longitude` or `latitude, longitude, km`, as maps copy them; 10 km by default. */
export function readNear(text: string): Near | null {
  const numbers = text
    .split(/[,，\s]+/)
    .filter(Boolean)
    .map(Number);
  const [latitude = NaN, longitude = NaN, km = 10] = numbers;
  const isPlace = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && km >= 0.001 && km <= 20_016;
  return isPlace && numbers.length <= 3 ? { latitude, longitude, km } : null;
}

/** What the API takes; null without a condition. */
export function filterInput({
  from,
  to,
  folder,
  types,
  cameras,
  tags,
  hasPlace,
  near,
  minPixels,
}: PageFilter): FilterInput | null {
  const input = {
    ...(from || to ? { takenOn: { ...(from ? { from } : {}), ...(to ? { to } : {}) } } : {}),
    ...(folder ? { folder } : {}),
    ...(types.length > 0 ? { mimeType: types } : {}),
    ...(cameras.length > 0 ? { camera: cameras } : {}),
    ...(tags.length > 0 ? { and: tags.map((tag) => ({ tag: [tag] })) } : {}),
    ...(hasPlace ? { has: ['PLACE' as const] } : {}),
    ...(near ? { near } : {}),
    ...(minPixels === null ? {} : { or: [{ width: { from: minPixels } }, { height: { from: minPixels } }] }),
  };
  return Object.keys(input).length === 0 ? null : input;
}

/** The part of the API's filter that the page uses. */
export interface FilterInput {
  readonly takenOn?: { readonly from?: string; readonly to?: string };
  readonly folder?: string;
  readonly mimeType?: readonly string[];
  readonly camera?: readonly string[];
  readonly and?: readonly { readonly tag: readonly string[] }[];
  readonly has?: readonly 'PLACE'[];
  readonly near?: Near;
  readonly or?: readonly { readonly width?: { readonly from: number }; readonly height?: { readonly from: number } }[];
}

export type Preset = 'thisYear' | 'lastYear' | 'last30Days';

/** The days of a preset. @param today by the clock of the browser */
export function presetDays(preset: Preset, today: Date): Pick<PageFilter, 'from' | 'to'> {
  const year = today.getFullYear();
  if (preset === 'thisYear') return { from: `${year}-01-01`, to: `${year}-12-31` };
  if (preset === 'lastYear') return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
  const day = (before: number): string =>
    new Date(Date.UTC(year, today.getMonth(), today.getDate() - before)).toISOString().slice(0, 10);
  return { from: day(29), to: day(0) };
}
