import { rename, writeFile } from 'node:fs/promises';

/** Writes a small file atomically: a reader sees the complete old file or the complete new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
