import { ItemError, sentence } from '@wentu/domain';
import { displayName } from '@wentu/file-access';
import ignore, { type Ignore } from 'ignore';
import { codeOf } from './file-errors';

/** Why an entry of a folder is ignored. */
export type IgnoreReason = 'junk' | 'excluded';

/**
 * Files that systems and programs leave beside pictures, in the syntax of gitignore, case-insensitive. A `.wentuignore`
 * may include an entry again (`!lost+found/`).
 */
const JUNK_PATTERNS = [
  // Hidden files, and folders of version control and packages.
  '.*',
  'node_modules/',
  // macOS: archives, and libraries of photo programs without their originals.
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
  // Synology, QNAP, NetApp and others: thumbnails, recycle bins, snapshots.
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

/** Names of folders that are the library of a photo program. The name determines which of its entries are junk. */
const LIBRARY = /\.(photoslibrary|photolibrary|aplibrary|lrdata|cocatalog)$|^iPhoto Library/i;

export const IGNORE_FILE = '.wentuignore';
export const MAX_IGNORE_FILE_BYTES = 64 * 1024;
/** The limit of lines: each entry of a folder is tested against each line. */
const MAX_LINES = 1_000;
const MAX_PATTERN_LENGTH = 1_000;
/** The time of a test grows with the length of the path to the power of this number. */
const MAX_DEEP_WILDCARDS = 2;

/** The limit of paths in the cache of the `ignore` package, which keeps every tested path. */
const MAX_REMEMBERED = 10_000;

/** Patterns in the syntax of gitignore. */
export class Patterns {
  private tested = 0;
  private rules: Ignore;

  constructor(private readonly patterns: string | readonly string[]) {
    this.rules = this.compile();
  }

  /** @param names the names from the folder of the patterns to the entry */
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

/** The patterns of the folders from the root to an entry; null: the folder has none. */
export type PatternsAbove = readonly (Patterns | null)[];

/**
 * Reads the patterns of a `.wentuignore`, in UTF-8 or an old Chinese encoding. A file that cannot be read completely is
 * refused: a pattern that is cut or not understood could include private pictures or exclude others.
 * @throws ItemError READ_FAILED
 */
export function readIgnoreFile(bytes: Uint8Array): Patterns {
  if (bytes.length > MAX_IGNORE_FILE_BYTES) throw ignoreFileError(`it has more than ${MAX_IGNORE_FILE_BYTES} bytes`);
  if (bytes.includes(0)) throw ignoreFileError('it is not a text in UTF-8');
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

/** @param cause a system error, or a reason as text */
export function ignoreFileError(cause: unknown): ItemError {
  const code = typeof cause === 'string' ? null : codeOf(cause);
  const why = code === 'EREPLACED' || code === 'ELOOP' ? 'it is a link, or not a file' : (code ?? String(cause));
  const message = sentence('IGNORE_FILE_INVALID', { file: IGNORE_FILE, why });
  return new ItemError('READ_FAILED', message, { cause });
}

/**
 * Decides which entries of a folder a load reads: by built-in patterns, those of a setting, and those of `.wentuignore`
 * files.
 */
export class IgnoreRules {
  private readonly setting: Patterns | null;
  private readonly library: readonly string[];

  /** @param patterns gitignore patterns of the setting @param rootName the name of the folder that is read */
  constructor(patterns: readonly string[], rootName: string) {
    this.setting = patterns.length === 0 ? null : new Patterns(patterns);
    this.library = libraryOf(rootName);
  }

  /**
   * @param names the names from the root to the entry
   * @param patternsAbove one for each name: the patterns of the root, of the folder below it, and so on
   * @param loadedDepth how many names lead to a folder that is loaded by itself: that folder is not junk, whatever its
   * name
   */
  reason(
    names: readonly string[],
    isDirectory: boolean,
    patternsAbove: PatternsAbove,
    loadedDepth = 0,
  ): IgnoreReason | null {
    const decided = this.decide(names, isDirectory, patternsAbove);
    if (decided !== null) return decided === 'taken' ? null : 'excluded';
    // Below a folder that a pattern includes, only the names below that folder can be junk.
    if (names.length <= loadedDepth) return null;
    let from = names.length - 1;
    while (from > loadedDepth && this.decide(names.slice(0, from), true, patternsAbove.slice(0, from)) !== 'taken')
      from--;
    const library = from === 0 ? this.library : from === loadedDepth ? libraryOf(names[from - 1] as string) : [];
    const below = [...library, ...names.slice(from)];
    return JUNK.test(below, isDirectory) === 'excluded' ? 'junk' : null;
  }

  /** The decision of the patterns of files and of the setting; null: they do not match. */
  private decide(
    names: readonly string[],
    isDirectory: boolean,
    patternsAbove: PatternsAbove,
  ): 'excluded' | 'taken' | null {
    // The nearest file decides, as in git.
    for (let depth = names.length - 1; depth >= 0; depth--) {
      const [nearest, setting] = [patternsAbove[depth], depth === 0 ? this.setting : null];
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

/** For one entry when only the name of its folder is known. */
export function isJunk(name: string, isDirectory: boolean): boolean {
  return JUNK.test([name], isDirectory) === 'excluded';
}
