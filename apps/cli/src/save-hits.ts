import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Backend, HitView } from './backend';

const EXTENSIONS: Record<string, string> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'image/avif': '.avif',
  'image/svg+xml': '.svg',
  'image/tiff': '.tif',
};

/**
 * Writes the found pictures into a folder, numbered by rank. @returns the written paths; pictures whose original does
 * not exist any more are skipped
 */
export async function saveHits(backend: Backend, hits: readonly HitView[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const digits = String(hits.length).length;
  const paths: string[] = [];
  for (const [rank, hit] of hits.entries()) {
    const bytes = await backend.original(hit);
    if (!bytes) continue;
    // An image id may be a path, and may have characters that file names cannot have.
    const stem = (basename(hit.imageId, extname(hit.imageId)) || hit.id)
      .replace(/[\p{Cc}<>:"/\\|?*]/gu, '_')
      .slice(0, 80);
    const path = join(folder, `${String(rank + 1).padStart(digits, '0')}-${stem}${EXTENSIONS[hit.mimeType] ?? ''}`);
    await writeFile(path, bytes);
    paths.push(path);
  }
  return paths;
}
