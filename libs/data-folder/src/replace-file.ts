import { rename, writeFile } from 'node:fs/promises';

/** Writes a small file; whoever reads it meanwhile sees the old one or the new one, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
