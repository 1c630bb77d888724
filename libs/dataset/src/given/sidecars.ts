import { ItemError, UnavailableError, sentence, type GivenAttributes } from '@wentu/domain';
import { displayName, joinPath, openRegularFile, type DirectoryEntry, type FilePath } from '@wentu/file-access';
import { isPictureName } from '@wentu/picture-format';
import { readFailed } from '../file-errors';
import { closeFile, type FolderTime } from '../folder-time';
import { parseGiven } from './parse-given';
import { parseXmp } from './parse-xmp';

/** A file beside a picture with its tags and attributes. */
export interface PictureSidecar {
  readonly path: FilePath;
  /** Its name, for messages. */
  readonly name: string;
  readonly format: 'json' | 'xmp';
}

const MAX_BYTES = 1024 * 1024;
const SIDECAR = /^(.+)\.(json|xmp)$/i;

/**
 * The sidecars in one folder. `IMG.jpg` has those named `IMG.jpg.json`, `IMG.json`, `IMG.jpg.xmp` and `IMG.xmp`.
 */
export class FolderSidecars {
  private readonly byBase = new Map<string, PictureSidecar[]>();
  private readonly names = new Set<string>();

  constructor(folder: FilePath, entries: readonly DirectoryEntry[]) {
    const files = entries.filter(({ kind }) => kind === 'file');
    const bases = new Set(
      entries.map(({ name }) => displayName(name)).flatMap((name) => (isPictureName(name) ? [name, stemOf(name)] : [])),
    );
    for (const { name } of files) {
      const shown = displayName(name);
      const [, base, format] = SIDECAR.exec(shown) ?? [];
      if (base === undefined || !bases.has(base)) continue;
      const sidecar = { path: joinPath(folder, name), name: shown, format: isJson(format) ? 'json' : 'xmp' } as const;
      this.byBase.set(base, [...(this.byBase.get(base) ?? []), sidecar]);
      this.names.add(shown);
    }
  }

  /** Whether a file is a sidecar of a picture in the folder, and so no picture itself. */
  has(name: string): boolean {
    return this.names.has(name);
  }

  /** Those of a picture, most specific first; JSON before XMP. */
  of(picture: string): readonly PictureSidecar[] {
    const found = [...(this.byBase.get(picture) ?? []), ...(this.byBase.get(stemOf(picture)) ?? [])];
    return [...found.filter(({ format }) => format === 'json'), ...found.filter(({ format }) => format === 'xmp')];
  }
}

/**
 * Reads sidecars. Of each part, tags and attributes, the first sidecar with it decides.
 * @throws ItemError BAD_ATTRIBUTES
 */
export async function readSidecars(
  sidecars: readonly PictureSidecar[],
  time: FolderTime,
): Promise<GivenAttributes | undefined> {
  let given: GivenAttributes | undefined;
  for (const sidecar of sidecars) {
    const text = await readText(sidecar, time);
    const { format, name } = sidecar;
    const more = format === 'json' ? parseGiven(text, name) : parseXmp(text, name);
    if (more) given = { ...more, ...given };
  }
  return given;
}

async function readText({ path, name }: PictureSidecar, time: FolderTime): Promise<string> {
  try {
    const handle = await time.limit(openRegularFile(path), closeFile);
    try {
      const { bytesRead, buffer } = await time.limit(
        handle.read(Buffer.allocUnsafe(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0),
      );
      if (bytesRead > MAX_BYTES)
        throw new ItemError('BAD_ATTRIBUTES', sentence('SIDECAR_TOO_LARGE', { name, maxBytes: MAX_BYTES }));
      return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ItemError || error instanceof UnavailableError) throw error;
    throw new ItemError('BAD_ATTRIBUTES', `${name}: ${readFailed('file', error).message}`, { cause: error });
  }
}

function isJson(format: string | undefined): boolean {
  return format?.toLowerCase() === 'json';
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
