import { ItemError } from '@wentu/domain';
import { displayName } from '@wentu/file-access';
import ignore, { type Ignore } from 'ignore';
import { codeOf } from './file-errors';

/** Why an entry of a folder is passed over. */
export type IgnoreReason = 'junk' | 'excluded';

/**
 * What systems and programs leave beside pictures, in gitignore's syntax; case does not count. A `.wentuignore` may
 * take an entry back (`!lost+found/`).
 */
const JUNK_PATTERNS = [
  // Hidden files, and those of version control and packages.
  '.*',
  'node_modules/',
  // macOS: archives, libraries of photo programs without their originals.
  '__MACOSX/',
  'Network Trash Folder/',
  'Temporary Items/',
  '**/*.photoslibrary/*',
  '!**/*.photoslibrary/originals/',
  '!**/*.photoslibrary/Masters/',
  '**/*.photolibrary/*',
  '!**/*.photolibrary/Masters/',
  '!**/*.photolibrary/Modified/',
  '!**/*.photolibrary/Originals/',
  '**/iPhoto Library*/*',
  '!**/iPhoto Library*/Masters/',
  '!**/iPhoto Library*/Modified/',
  '!**/iPhoto Library*/Originals/',
  '**/*.aplibrary/*',
  '!**/*.aplibrary/Masters/',
  // Windows.
  '$RECYCLE.BIN/',
  'RECYCLER/',
  'RECYCLED/',
  'System Volume Information/',
  'FOUND.[0-9][0-9][0-9]/',
  'Thumbs.db',
  'ehthumbs.db',
  'ehthumbs_vista.db',
  'desktop.ini',
  // Linux.
  'lost+found/',
  // Synology, QNAP, NetApp and others: thumbnails, bins, snapshots.
  '@eaDir/',
  '@tmp/',
  '@sharesnap/',
  '@sharebin/',
  '\\#recycle/',
  '\\#snapshot/',
  '@Recycle/',
  '@Recently-Snapshot/',
  '@__thumb/',
  '~snapshot/',
  // Lightroom, Capture One.
  '*.lrdata/',
  '*.lrcat-data/',
  '**/CaptureOne/Cache/',
  '**/*.cocatalog/Cache/',
];

/** A folder that is the library of a photo program: what lies in it is told by its name. */
const LIBRARY = /\.(photoslibrary|photolibrary|aplibrary|lrdata|cocatalog)$|^iPhoto Library/i;

export const IGNORE_FILE = '.wentuignore';
export const MAX_IGNORE_FILE_BYTES = 64 * 1024;
/** Each entry of a folder is tested against each line. */
const MAX_LINES = 1_000;
const MAX_PATTERN_LENGTH = 1_000;
/** The time of a test grows with the path's length to the power of this. */
const MAX_DEEP_WILDCARDS = 2;

/** The package remembers every path that it has tested. */
const MAX_REMEMBERED = 10_000;

/** Patterns in gitignore's syntax. */
export class Patterns {
  private tested = 0;
  private rules: Ignore;

  constructor(private readonly patterns: string | readonly string[]) {
    this.rules = this.compile();
  }

  /** @param names on the way to the entry */
  test(names: readonly string[], isDirectory: boolean): 'excluded' | 'taken' | null {
    if (++this.tested % MAX_REMEMBERED === 0) this.rules = this.compile();
    const { ignored, unignored } = this.rules.test(names.join('/') + (isDirectory ? '/' : ''));
    if (ignored) return 'excluded';
    return unignored ? 'taken' : null;
  }

  private compile(): Ignore {
    return ignore({ allowRelativePaths: true }).add(this.patterns);
  }
}

const JUNK = new Patterns(JUNK_PATTERNS);

/** The patterns of the folders on the way to an entry, from the root down; null: that folder has none. */
export type PatternsOnTheWay = readonly (Patterns | null)[];

/**
 * The patterns of a `.wentuignore`, in UTF-8 or an old Chinese encoding. A file that cannot be taken as a whole is
 * refused: a pattern that is cut, or not understood, would let private pictures in or take others out.
 * @throws ItemError READ_FAILED
 */
export function readIgnoreFile(bytes: Uint8Array): Patterns {
  if (bytes.length > MAX_IGNORE_FILE_BYTES) throw ignoreFileError(`it has more than ${MAX_IGNORE_FILE_BYTES} bytes`);
  if (bytes.includes(0)) throw ignoreFileError('it is no text in UTF-8');
  const text = displayName(bytes);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length > MAX_LINES) throw ignoreFileError(`it has more than ${MAX_LINES} patterns`);
  for (const line of lines) {
    const shown = JSON.stringify(line.slice(0, 60));
    if (line.length > MAX_PATTERN_LENGTH)
      throw ignoreFileError(`a pattern is longer than ${MAX_PATTERN_LENGTH} characters: ${shown}`);
    if (line.split('**/').length - 1 > MAX_DEEP_WILDCARDS)
      throw ignoreFileError(`a pattern has more than ${MAX_DEEP_WILDCARDS} of **/: ${shown}`);
  }
  return new Patterns(text);
}

/** @param cause a system's error, or words */
export function ignoreFileError(cause: unknown): ItemError {
  const code = typeof cause === 'string' ? null : codeOf(cause);
  const why = code === 'EREPLACED' || code === 'ELOOP' ? 'it is a link, or no file at all' : (code ?? cause);
  const message = `the folder was not read, for its ${IGNORE_FILE} cannot be used (${why}); mend that file, or delete it`;
  return new ItemError('READ_FAILED', message, { cause });
}

/** Decides what of a folder a load takes: built-in patterns, those of a setting, and those of `.wentuignore` files. */
export class IgnoreRules {
  private readonly setting: Patterns | null;
  private readonly library: readonly string[];

  /** @param patterns gitignore's, from the setting @param rootName the name of the folder that is read */
  constructor(patterns: readonly string[], rootName: string) {
    this.setting = patterns.length === 0 ? null : new Patterns(patterns);
    this.library = libraryOf(rootName);
  }

  /**
   * @param names on the way from the root to the entry
   * @param onTheWay as many as there are names: the patterns of the root, of the folder below it, and so on
   * @param loadedDepth of the names, how many lead to a folder that somebody loads by itself: that is no junk, whatever
   * its name is
   */
  reason(
    names: readonly string[],
    isDirectory: boolean,
    onTheWay: PatternsOnTheWay,
    loadedDepth = 0,
  ): IgnoreReason | null {
    const decided = this.decide(names, isDirectory, onTheWay);
    if (decided !== null) return decided === 'taken' ? null : 'excluded';
    // Below a folder that was taken back, only what lies in it counts.
    if (names.length <= loadedDepth) return null;
    let from = names.length - 1;
    while (from > loadedDepth && this.decide(names.slice(0, from), true, onTheWay.slice(0, from)) !== 'taken') from--;
    const library = from === 0 ? this.library : from === loadedDepth ? libraryOf(names[from - 1] as string) : [];
    const below = [...library, ...names.slice(from)];
    return JUNK.test(below, isDirectory) === 'excluded' ? 'junk' : null;
  }

  /** What the patterns of files and of the setting say of an entry; null: nothing. */
  private decide(
    names: readonly string[],
    isDirectory: boolean,
    onTheWay: PatternsOnTheWay,
  ): 'excluded' | 'taken' | null {
    // The nearest file decides, as with git.
    for (let depth = names.length - 1; depth >= 0; depth--) {
      const [nearest, setting] = [onTheWay[depth], depth === 0 ? this.setting : null];
      if (!nearest && !setting) continue;
      const below = names.slice(depth);
      const decided = nearest?.test(below, isDirectory) ?? setting?.test(below, isDirectory);
      if (decided) return decided;
    }
    return null;
  }
}

function libraryOf(folder: string): string[] {
  return LIBRARY.test(folder) ? [folder] : [];
}

/** For one entry whose folder is known by nothing but its name. */
export function isJunk(name: string, isDirectory: boolean): boolean {
  return JUNK.test([name], isDirectory) === 'excluded';
}
