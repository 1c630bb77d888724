import { createHash } from 'node:crypto';
import { describeFile } from '../model';

/**
 * The name of the embedding space of these source files. It is derived from their contents, so two exports share a
 * space only when they are equal. It does not depend on the graphs that the import makes of them, so it stays the same
 * when the import changes.
 */
export async function spaceOf(
  prefix: string,
  files: readonly string[],
  preprocessing: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const all = createHash('sha256').update(JSON.stringify(preprocessing));
  for (const file of files) {
    all.update(`\n${(await describeFile(file, signal)).sha256}`);
  }
  return `${prefix}-${all.digest('hex').slice(0, 16)}`;
}
