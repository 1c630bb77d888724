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
 */
export function endText(
  found: number,
  imageCount: number,
  { isLike, isFiltered, isOnce }: Record<'isLike' | 'isFiltered' | 'isOnce', boolean>,
): 'mostShown' | 'othersShown' | 'allShown' | 'matchesShown' | 'onceShown' {
  if (isOnce) return found < MOST_HITS ? 'onceShown' : 'mostShown';
  if (isFiltered) return found < MOST_HITS ? 'matchesShown' : 'mostShown';
  if (found < (isLike ? imageCount - 1 : imageCount)) return 'mostShown';
  return found < imageCount ? 'othersShown' : 'allShown';
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
