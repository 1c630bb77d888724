import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@wentu/data-folder';
import type { ModelInfo } from '@wentu/domain';
import { z } from 'zod';

export interface ModelValuesFiles {
  /** Measured values are stored in this folder. */
  readonly dataDir: string;
  /** The name of the file in that folder. */
  readonly name: string;
  /** The file of the values that come with Wentu, for the shipped model. */
  readonly shipped: string;
}

type Model = Pick<ModelInfo, 'space' | 'preprocessing'>;

/** What was measured once for each model. */
export class ModelValues<Value> {
  private readonly file: string;

  constructor(
    private readonly files: ModelValuesFiles,
    private readonly schema: z.ZodType<Value>,
  ) {
    this.file = join(files.dataDir, files.name);
  }

  /** @returns null when the model has not been measured, by this process or another one, and is not shipped */
  async find(model: Model): Promise<Value | null> {
    const key = keyOf(model);
    return (await this.read(this.file))[key] ?? (await this.read(this.files.shipped))[key] ?? null;
  }

  async store(model: Model, value: Value): Promise<void> {
    await replaceFile(this.file, JSON.stringify({ ...(await this.read(this.file)), [keyOf(model)]: value }));
  }

  private async read(file: string): Promise<Record<string, Value>> {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    try {
      return z.record(z.string(), this.schema).parse(JSON.parse(text));
    } catch {
      // An unreadable file only means that the models are measured again.
      return {};
    }
  }
}

function keyOf({ space, preprocessing }: Model): string {
  return `${space} ${preprocessing}`;
}
