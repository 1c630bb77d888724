import { createHash } from 'node:crypto';
import { describeFile } from '../model';

/**
 * Name of the embedding space of what stands in these files. It follows from their contents, so that two exports share
 * one only when they are the same; and not from the graphs made of them, so that it outlives changes of how they are made.
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
