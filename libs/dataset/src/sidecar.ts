import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '@wentu/domain';
import { z } from 'zod';
import { sourceError } from './file-errors';

const sidecarSchema = z.object({
  model: z.string().min(1),
  space: z.string().min(1),
  dimension: z.int().min(1),
  /** The preprocessing of the pictures or texts; files of Wentu have it. */
  preprocessing: z.string().optional(),
  /** The `fingerprintFiles` of the input of the features; files of Wentu have it. */
  input: z.string().optional(),
});

/** The description of a feature file: `valid_imgs.img_feat.json` beside `valid_imgs.img_feat.jsonl`. */
export type Sidecar = z.infer<typeof sidecarSchema>;

export function sidecarPath(featuresPath: string): string {
  return featuresPath.replace(/\.jsonl$/, '.json');
}

/** @returns null when there is none @throws InvalidInputError */
export async function readSidecar(path: string): Promise<Sidecar | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw sourceError(path, error);
  }
  try {
    return sidecarSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new InvalidInputError(
      `${path} is not a sidecar of features; it should be {"model": …, "space": …, "dimension": …}`,
      { cause: error },
    );
  }
}
