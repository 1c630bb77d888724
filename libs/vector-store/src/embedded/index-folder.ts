import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuiltGraph } from './graph-file';

/** The version of the file formats and of the rotation. Files of another version are rebuilt from the rows. */
const VERSION = 3;
const MANIFEST = 'manifest.json';

export interface SavedSegment {
  /**
   * Names the files of the segment: `<name>.rows`, `<name>.attributes`, `<name>.int8`, and with a graph
   * `<name>.graph`.
   */
  readonly name: number;
  /** The checksum of the attributes. */
  readonly attributesCrc: number;
  /** null: the segment is searched in memory. */
  readonly graph: (BuiltGraph & { readonly maxError: number; readonly maxNorm: number }) | null;
  /** The int8 rows of a segment in memory. Absent without the library, and in files of earlier versions. */
  readonly quantized?: QuantizedRows;
  /** Slots whose points were deleted after the files were written. */
  readonly dead: readonly number[];
}

/** What is known of int8 rows in a file. */
export interface QuantizedRows {
  /** The checksum of the file. */
  readonly crc: number;
  readonly maxError: number;
  readonly maxNorm: number;
  readonly outliers: readonly number[];
}

export interface Manifest {
  readonly dimension: number;
  readonly segments: readonly SavedSegment[];
}

/**
 * The files of an index. Segment files never change; a manifest, which is replaced atomically, lists the valid ones. So
 * the process may end at any time: the files then hold an earlier state of the index, and the repair adds the rest from
 * the metadata rows.
 */
export class IndexFolder {
  private nextName = 1;
  private isForgotten = false;
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true });
  }

  rowsPath(name: number): string {
    return join(this.path, `${name}.rows`);
  }

  attributesPath(name: number): string {
    return join(this.path, `${name}.attributes`);
  }

  graphPath(name: number): string {
    return join(this.path, `${name}.graph`);
  }

  int8Path(name: number): string {
    return join(this.path, `${name}.int8`);
  }

  newName(): number {
    return this.nextName++;
  }

  /** Removes files that the manifest does not name. @returns null when there is no valid manifest */
  read(): Manifest | null {
    const manifest = this.readManifest();
    const names = manifest?.segments.map(({ name }) => name) ?? [];
    this.nextName = Math.max(0, ...names) + 1;
    this.removeOthers(names);
    return manifest;
  }

  /** Calls run one after another, so the state of the last call remains. */
  save(manifest: Manifest): Promise<void> {
    const next = this.saving
      .catch(() => undefined)
      .then(async () => {
        if (this.isForgotten) return;
        const file = join(this.path, MANIFEST);
        await writeFile(`${file}.new`, JSON.stringify({ version: VERSION, ...manifest }), { flush: true });
        await rename(`${file}.new`, file);
        await syncFolder(this.path);
      });
    this.saving = next;
    return next;
  }

  /** Invalidates the files, so that the next open rebuilds the index from the rows. */
  forget(): void {
    this.isForgotten = true;
    rmSync(join(this.path, MANIFEST), { force: true });
  }

  /** Removes the files of a segment; call it after a manifest without the segment was saved. */
  async remove(name: number): Promise<void> {
    const paths = [this.rowsPath(name), this.attributesPath(name), this.graphPath(name), this.int8Path(name)];
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }

  async drop(): Promise<void> {
    await this.saving.catch(() => undefined);
    await rm(this.path, { recursive: true, force: true });
  }

  private readManifest(): Manifest | null {
    try {
      const read = JSON.parse(readFileSync(join(this.path, MANIFEST), 'utf8')) as Manifest & { version?: unknown };
      return read.version === VERSION && Array.isArray(read.segments) ? read : null;
    } catch {
      return null;
    }
  }

  private removeOthers(names: readonly number[]): void {
    const kept = new Set([
      MANIFEST,
      ...names.flatMap((name) => [`${name}.rows`, `${name}.attributes`, `${name}.graph`, `${name}.int8`]),
    ]);
    for (const file of readdirSync(this.path)) if (!kept.has(file)) rmSync(join(this.path, file), { force: true });
  }
}

/** Makes the renames in a folder outlive a power failure. */
async function syncFolder(path: string): Promise<void> {
  // Windows does not open folders.
  const folder = await open(path, 'r').catch(() => null);
  try {
    await folder?.sync().catch(() => undefined);
  } finally {
    await folder?.close();
  }
}
