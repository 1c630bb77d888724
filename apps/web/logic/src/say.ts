/** The text for the progress of a load: only a running load still counts, and an ended one does not continue. */
export function progressText(job: {
  readonly status: string;
  readonly total: number | null;
}): 'progress' | 'queued' | 'counting' | 'processed' {
  if (job.total !== null) return 'progress';
  if (job.status === 'QUEUED') return 'queued';
  return job.status === 'RUNNING' ? 'counting' : 'processed';
}

/** The largest number of hits of a search. */
export const MOST_HITS = 1_000;

/**
 * The text at the end of the results: whether they are all pictures of the collection, or only the nearest.
 * @param isLike the search was for pictures like one of the collection, which is not among the results
 * @param isFiltered the search was only among the pictures that match conditions
 * @param isOnce pictures that look the same count as one
 * @param isWords the search was for words in pictures
 */
export function endText(
  found: number,
  imageCount: number,
  { isLike, isFiltered, isOnce, isWords }: Record<'isLike' | 'isFiltered' | 'isOnce' | 'isWords', boolean>,
): 'mostShown' | 'wordsShown' | 'othersShown' | 'allShown' | 'matchesShown' | 'onceShown' {
  if (isWords) return 'wordsShown';
  if (isOnce) return found < MOST_HITS ? 'onceShown' : 'mostShown';
  if (isFiltered) return found < MOST_HITS ? 'matchesShown' : 'mostShown';
  if (found < (isLike ? imageCount - 1 : imageCount)) return 'mostShown';
  return found < imageCount ? 'othersShown' : 'allShown';
}

/**
 * The place of the first hit after which no hit matches, neither by its meaning nor by its words; -1: there is none.
 * Hits are ordered by similarity, or by the ranks of two lists, where a hit with the words may follow another one.
 */
export function firstOtherHit(
  hits: readonly { readonly isRelevant: boolean | null; readonly matched: object | null }[],
): number {
  const last = hits.findLastIndex(({ isRelevant, matched }) => isRelevant !== false || matched !== null);
  return last === hits.length - 1 ? -1 : last + 1;
}

const FORMATS: Readonly<Record<string, string>> = {
  'vnd.adobe.photoshop': 'PSD',
  'svg+xml': 'SVG',
  'vnd.radiance': 'HDR',
  'vnd-ms.dds': 'DDS',
  'x-portable-anymap': 'PNM',
  'x-icon': 'ICO',
};

/** The usual name of a format: JPEG, SVG, CR2. */
export function formatName(mimeType: string): string {
  const type = mimeType.replace(/^image\//, '');
  return FORMATS[type] ?? type.split('-').at(-1)?.toUpperCase() ?? type;
}
