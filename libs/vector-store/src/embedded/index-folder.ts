import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GraphFile } from './graph-file';

/** The version of the file formats and of the rotation. Files of another version are rebuilt from the rows. */
const VERSION = 1;
const MANIFEST = 'manifest.json';

export interface SavedSegment {
  /** Names the files of the segment: `<name>.rows` and `<name>.graph`. */
  readonly name: number;
  /** null: the segment has only rows. */
  readonly graph: (GraphFile & { readonly maxError: number; readonly maxNorm: number }) | null;
  /** Slots whose points were deleted after the files were written. */
  readonly dead: readonly number[];
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

  graphPath(name: number): string {
    return join(this.path, `${name}.graph`);
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
        await writeFile(`${file}.new`, JSON.stringify({ version: VERSION, ...manifest }));
        await rename(`${file}.new`, file);
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
