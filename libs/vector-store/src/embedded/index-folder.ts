import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphFile } from './graph-file';

/** Of the files' form and of the rotation: files of another one are made again from the rows. */
const VERSION = 1;
const MANIFEST = 'manifest.json';

export interface SavedSegment {
  /** Of its files: `<name>.rows` and `<name>.graph`. */
  readonly name: number;
  /** null: there are rows only. */
  readonly graph: (GraphFile & { readonly maxError: number; readonly maxNorm: number }) | null;
  /** Slots whose points were deleted since. */
  readonly dead: readonly number[];
}

export interface Manifest {
  readonly dimension: number;
  readonly segments: readonly SavedSegment[];
}

/**
 * An index's files. Segments' files never change; the manifest, which is replaced in one step, says which of them
 * count. So a process may end at any time: what is there then is an earlier state of the index, which the rows
 * complete.
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

  graphPath(name: number): string {
    return join(this.path, `${name}.graph`);
  }

  newName(): number {
    return this.nextName++;
  }

  /** null when there is none that can be used. Files that it does not name are removed. */
  read(): Manifest | null {
    const manifest = this.readManifest();
    const names = manifest?.segments.map(({ name }) => name) ?? [];
    this.nextName = Math.max(0, ...names) + 1;
    this.removeOthers(names);
    return manifest;
  }

  /** One after the other; the last call's state stays. */
  save(manifest: Manifest): Promise<void> {
    const next = this.saving
      .catch(() => undefined)
      .then(async () => {
        if (this.isForgotten) return;
        const file = join(this.path, MANIFEST);
        await writeFile(`${file}.new`, JSON.stringify({ version: VERSION, ...manifest }));
        await rename(`${file}.new`, file);
      });
    this.saving = next;
    return next;
  }

  /** The index is made again from the rows when it is opened next. */
  forget(): void {
    this.isForgotten = true;
    rmSync(join(this.path, MANIFEST), { force: true });
  }

  /** Removes a segment's files, after a manifest without it was saved. */
  async remove(name: number): Promise<void> {
    await Promise.all([this.rowsPath(name), this.graphPath(name)].map((path) => rm(path, { force: true })));
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
    const kept = new Set([MANIFEST, ...names.flatMap((name) => [`${name}.rows`, `${name}.graph`])]);
    for (const file of readdirSync(this.path)) if (!kept.has(file)) rmSync(join(this.path, file), { force: true });
  }
}
