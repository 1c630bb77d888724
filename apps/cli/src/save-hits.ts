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

/** Writes the pictures found into a folder, numbered by rank. @returns the paths written; those whose original is gone are left out */
export async function saveHits(backend: Backend, hits: readonly HitView[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const digits = String(hits.length).length;
  const paths: string[] = [];
  for (const [rank, hit] of hits.entries()) {
    const bytes = await backend.original(hit);
    if (!bytes) continue;
    // The user's own id may be a path, and may hold what a file name must not.
    const stem =
      basename(hit.imageId, extname(hit.imageId))
        .replace(/[\p{Cc}<>:"/\\|?*]/gu, '_')
        .slice(0, 80) || hit.id;
    const path = join(folder, `${String(rank + 1).padStart(digits, '0')}-${stem}${EXTENSIONS[hit.mimeType] ?? ''}`);
    await writeFile(path, bytes);
    paths.push(path);
  }
  return paths;
}
