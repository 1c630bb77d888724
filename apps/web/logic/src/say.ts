/** Which text says how far a load is: only one that runs is counting, and one that has ended does not go on. */
export function progressText(job: {
  readonly status: string;
  readonly total: number | null;
}): 'progress' | 'queued' | 'counting' | 'processed' {
  if (job.total !== null) return 'progress';
  if (job.status === 'QUEUED') return 'queued';
  return job.status === 'RUNNING' ? 'counting' : 'processed';
}

/**
 * Which text ends a list of results: whether they are all that the collection has, or the nearest of more.
 * @param isLike a picture of the collection was searched with: it is not among those like it
 */
export function endText(found: number, imageCount: number, isLike: boolean): 'mostShown' | 'othersShown' | 'allShown' {
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

/** What people call a format: JPEG, SVG, CR2. */
export function formatName(mimeType: string): string {
  const type = mimeType.replace(/^image\//, '');
  return FORMATS[type] ?? type.split('-').at(-1)?.toUpperCase() ?? type;
}
