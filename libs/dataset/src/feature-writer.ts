import { mkdir, open, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IndexMismatchError, InvalidInputError } from '@wentu/domain';
import type { IdKey } from './feature-line';
import { BadLineError, parseIdLiteral, scanObject } from './json-line';
import { readLines, type Line } from './lines';
import { shortestFloat32 } from './shortest-float32';
import { readSidecar, sidecarPath, type Sidecar } from './sidecar';

const MAX_LINE_BYTES = 1024 * 1024;
const LF = 0x0a;

export interface FeatureFileOptions {
  readonly path: string;
  readonly idKey: IdKey;
  /** The model and input of the features. A file of another maker is not continued. */
  readonly maker: Required<Sidecar>;
}

/**
 * Writes one `{"image_id": …, "feature": [ … ]}` per line, and the sidecar with their maker. An existing file is
 * continued after its last complete line. Its ids are kept in memory, about 100 bytes each.
 */
export class FeatureWriter {
  private constructor(
    private readonly options: FeatureFileOptions,
    private readonly handle: FileHandle,
    private readonly before: ReadonlySet<string>,
  ) {}

  /** @throws IndexMismatchError for a file of another model, InvalidInputError for a file without features */
  static async open(options: FeatureFileOptions): Promise<FeatureWriter> {
    const { path } = options;
    try {
      await mkdir(dirname(path), { recursive: true });
      // 'a' creates the file if it does not exist. 'a+' also allows reading, to find an incomplete last line.
      const handle = await open(path, 'a+');
      try {
        const isNew = (await handle.stat()).size === 0;
        if (isNew) await writeFile(sidecarPath(path), `${JSON.stringify(options.maker)}\n`);
        else await checkMaker(options);
        return new FeatureWriter(options, handle, isNew ? new Set() : await readIds(options, handle));
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Whether the file had the feature when it was opened. */
  has(id: string): boolean {
    return this.before.has(id);
  }

  /** @param rows ids as JSON literals */
  async append(rows: readonly { literal: string; feature: Float32Array }[]): Promise<void> {
    const { idKey, path } = this.options;
    const lines = rows.map(({ literal, feature }) => {
      const numbers = Array.from(feature, shortestFloat32).join(', ');
      return `{"${idKey}": ${literal}, "feature": [${numbers}]}\n`;
    });
    await this.handle.appendFile(lines.join('')).catch((error: unknown) => Promise.reject(cannotWrite(path, error)));
  }

  /** Afterwards all appended rows are on the disk. */
  async close(): Promise<void> {
    try {
      await this.handle.datasync();
    } finally {
      await this.handle.close();
    }
  }
}

async function checkMaker({ path, maker }: FeatureFileOptions): Promise<void> {
  const found = await readSidecar(sidecarPath(path));
  if (!found) {
    throw new InvalidInputError(
      `${path} exists, but not its sidecar ${sidecarPath(path)}, which names its model; remove the file, or write to another folder`,
    );
  }
  for (const key of ['space', 'model', 'dimension', 'preprocessing'] as const) {
    if (found[key] === maker[key]) continue;
    throw new IndexMismatchError(
      `${path} was started with ${key} ${found[key]}, but this run has ${maker[key]}; remove it, or write to another folder`,
    );
  }
  if (found.input === maker.input) return;
  throw new InvalidInputError(
    `${path} was started with input files that have changed since; remove it, or write to another folder`,
  );
}

/** Reads the ids of the complete lines and removes an incomplete last line. */
async function readIds({ path, idKey }: FeatureFileOptions, handle: FileHandle): Promise<Set<string>> {
  const { size } = await handle.stat();
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  const isIncomplete = buffer[0] !== LF;
  const ids = new Set<string>();
  let previous: Line | undefined;
  for await (const line of readLines(path, MAX_LINE_BYTES)) {
    if (previous) ids.add(idOf(previous, idKey, path));
    previous = { ...line, bytes: line.bytes && Buffer.from(line.bytes) };
  }
  if (previous && !isIncomplete) ids.add(idOf(previous, idKey, path));
  if (previous && isIncomplete) await truncate(path, previous.offset);
  return ids;
}

function idOf({ bytes, number }: Line, idKey: IdKey, path: string): string {
  try {
    const values = bytes ? scanObject(bytes.toString('utf8'), [idKey, 'feature']) : undefined;
    const id = parseIdLiteral(values?.get(idKey) ?? '');
    if (id !== undefined && values?.has('feature')) return id;
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
  }
  throw new InvalidInputError(`${path}:${number}: the line is not a feature; remove the file and extract it again`);
}

function cannotWrite(path: string, error: unknown): unknown {
  const { code, syscall } = Object(error) as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new InvalidInputError(`${path} cannot be written (${code}); check its folder and your permissions`, {
    cause: error,
  });
}
