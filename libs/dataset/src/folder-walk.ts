import { lstat, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { ItemError, UnavailableError, type BrokenItem, type FolderSurvey } from '@wentu/domain';
import {
  displayName,
  filePath,
  fsPath,
  isBelow,
  joinPath,
  namesBelow,
  openDirectory,
  openRegularFile,
  parentPath,
  volumeOf,
  type DirectoryEntry,
  type FilePath,
} from '@wentu/file-access';
import { isPictureName, PICTURE_HEAD_BYTES, pictureType } from '@wentu/picture-format';
import { readFailed } from './file-errors';
import { closeDirectory, closeFile, type FolderTime } from './folder-time';
import {
  IGNORE_FILE,
  ignoreFileError,
  IgnoreRules,
  MAX_IGNORE_FILE_BYTES,
  readIgnoreFile,
  type Patterns,
} from './ignore-rules';

/** A file that is meant to be a picture, by its name or by its bytes. */
export interface PictureFile {
  readonly path: FilePath;
  /** Where its bytes are: the path, or what a link at the path leads to. */
  readonly target: FilePath;
  /** Relative to the root, `/`-separated, for people to read. */
  readonly name: string;
}

/** About 150 bytes each. A source with more loses no picture: those in folders that are not remembered stay. */
const MAX_REMEMBERED_FOLDERS = 500_000;
/**
 * No imageId names a picture deeper than that. A tree that goes on for ever, as a mount within itself does, ends here.
 */
const MAX_DEPTH = 256;
const tooDeep = `the folder lies more than ${MAX_DEPTH} levels deep; load a folder nearer to it`;
/** Files without the name of a picture whose first bytes are read side by side. */
const SNIFF_CONCURRENCY = 16;

interface Listing {
  readonly entries: DirectoryEntry[];
  readonly device: string | null;
  readonly failure: unknown;
}

interface Folder {
  readonly path: FilePath;
  /** Relative, for people to read; none for the root. */
  readonly names: readonly string[];
  /** Of the root, of the folder below it, and so on down to the folder above this one. */
  readonly patterns: readonly (Patterns | null)[];
}

/**
 * One walk over the tree below a folder, in the order of the names' bytes: files first, then folders. Links to
 * directories are not followed: they may lead in a circle, or out. Holds the names of one branch at a time.
 */
export class FolderWalk implements FolderSurvey {
  readonly ignored = { notPicture: 0, junk: 0, excluded: 0, link: 0, unreadable: 0 };
  readonly devices = new Map<FilePath, string>();
  unreadFolders = 0;
  private readonly rules: IgnoreRules;
  private readonly read = new Map<FilePath, string>();
  private readonly patterns = new Map<FilePath, Patterns>();

  /** @param root absolute, without links @param ignored patterns in gitignore's syntax */
  constructor(
    private readonly root: FilePath,
    ignored: readonly string[],
    private readonly time: FolderTime,
  ) {
    this.rules = new IgnoreRules(ignored, basename(root));
  }

  /** Picture files, and the folders that could not be read to their end. Once a walk. */
  async *files(signal?: AbortSignal): AsyncGenerator<PictureFile | BrokenItem> {
    yield* this.walk({ path: this.root, names: [], patterns: [] }, null, signal);
  }

  async wasRead(folder: FilePath): Promise<boolean> {
    const identity = this.read.get(folder);
    if (identity === undefined) return false;
    try {
      const opened = await this.time.limit(openDirectory(folder), closeDirectory);
      await opened.close();
      return opened.identity === identity;
    } catch {
      return false;
    }
  }

  isExcluded(path: FilePath, source: FilePath): boolean {
    const names = namesBelow(path, this.root);
    const loadedDepth = isBelow(source, this.root) ? namesBelow(source, this.root).length : 0;
    const onTheWay: (Patterns | null)[] = [];
    const folders: FilePath[] = [];
    for (let at = parentPath(path); at !== null && (at === this.root || isBelow(at, this.root)); at = parentPath(at))
      folders.unshift(at);
    for (let depth = 0; depth < names.length; depth++) {
      onTheWay.push(this.patterns.get(folders[depth] as FilePath) ?? null);
      const isDirectory = depth < names.length - 1;
      if (this.rules.reason(names.slice(0, depth + 1), isDirectory, onTheWay, loadedDepth) !== null) return true;
    }
    return false;
  }

  private async *walk(
    folder: Folder,
    parentDevice: string | null,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<PictureFile | BrokenItem> {
    signal?.throwIfAborted();
    const listing = await this.list(folder, signal);
    const { device } = listing;
    if (device !== null && device !== parentDevice) await this.noteVolume(folder.path);
    const patterns = [...folder.patterns, this.patterns.get(folder.path) ?? null];
    const within = { ...folder, patterns };
    for await (const file of this.pictures(within, listing.entries)) {
      signal?.throwIfAborted();
      yield file;
    }
    if (listing.failure !== undefined) yield this.broken(folder, listing.failure);
    for (const { name } of listing.entries.filter(({ kind }) => kind === 'directory')) {
      const names = [...folder.names, displayName(name)];
      if (!this.passesOver(names, true, patterns))
        yield* this.walk({ path: joinPath(folder.path, name), names, patterns }, device, signal);
    }
  }

  /**
   * The entries of a folder, sorted. With a failure: those that were listed before it, or none where its patterns are
   * unknown.
   */
  private async list(folder: Folder, signal: AbortSignal | undefined): Promise<Listing> {
    const entries: DirectoryEntry[] = [];
    let device: string | null = null;
    let failure: unknown;
    try {
      if (folder.names.length > MAX_DEPTH) throw new ItemError('READ_FAILED', tooDeep);
      const opened = await this.time.limit(openDirectory(folder.path), closeDirectory);
      device = opened.device;
      for await (const entry of opened.entries) {
        signal?.throwIfAborted();
        entries.push(entry);
      }
      if (this.read.size < MAX_REMEMBERED_FOLDERS) this.read.set(folder.path, opened.identity);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof UnavailableError) throw error;
      failure = error;
    }
    try {
      // What cannot be opened is not asked a second time: on a dead share each question takes a minute and a thread.
      const patterns = device === null ? null : await this.readPatterns(folder.path);
      if (patterns !== null) this.patterns.set(folder.path, patterns);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      failure ??= error;
      // They may be what keeps private pictures out.
      entries.length = 0;
    }
    if (failure !== undefined) {
      this.unreadFolders++;
      this.read.delete(folder.path);
    }
    return { entries: entries.sort((a, b) => Buffer.compare(a.name, b.name)), device, failure };
  }

  private async noteVolume(folder: FilePath): Promise<void> {
    try {
      this.devices.set(folder, await this.time.limit(volumeOf(folder)));
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      // It has gone: `wasRead` says so.
    }
  }

  private async *pictures(folder: Folder, entries: readonly DirectoryEntry[]): AsyncGenerator<PictureFile> {
    for (let start = 0; start < entries.length; start += SNIFF_CONCURRENCY) {
      const slice = entries.slice(start, start + SNIFF_CONCURRENCY).filter(({ kind }) => kind !== 'directory');
      const found = await Promise.all(slice.map((entry) => this.picture(folder, entry)));
      for (const file of found) if (file) yield file;
    }
  }

  /** @returns null for what is passed over; it is counted */
  private async picture(folder: Folder, { name, kind }: DirectoryEntry): Promise<PictureFile | null> {
    const shown = displayName(name);
    const names = [...folder.names, shown];
    if (this.passesOver(names, false, folder.patterns)) return null;
    const path = joinPath(folder.path, name);
    const target = kind === 'link' ? await this.leadsTo(path) : path;
    if (target === null) {
      this.ignored.link++;
      return null;
    }
    if (kind === 'other') this.ignored.notPicture++;
    else if (isPictureName(shown) || (await this.looksLikePicture(target)))
      return { path, target, name: names.join('/') };
    return null;
  }

  private passesOver(names: readonly string[], isDirectory: boolean, patterns: Folder['patterns']): boolean {
    const reason = this.rules.reason(names, isDirectory, patterns);
    // Ours; it says nothing about what is loaded.
    if (reason !== null && names.at(-1) !== IGNORE_FILE) this.ignored[reason]++;
    return reason !== null;
  }

  private async looksLikePicture(path: FilePath): Promise<boolean> {
    try {
      const opened = await this.time.limit(openRegularFile(path), closeFile);
      if (pictureType(await this.readStart(opened, PICTURE_HEAD_BYTES)) !== null) return true;
      this.ignored.notPicture++;
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.ignored.unreadable++;
    }
    return false;
  }

  /** The file a link leads to, if that lies below the root. */
  private async leadsTo(link: FilePath): Promise<FilePath | null> {
    try {
      const target = filePath(await realpath(fsPath(link), { encoding: 'buffer' }));
      return isBelow(target, this.root) && (await stat(fsPath(target))).isFile() ? target : null;
    } catch {
      return null;
    }
  }

  private broken(folder: Folder, failure: unknown): BrokenItem {
    const error = failure instanceof ItemError ? failure : readFailed('folder', failure);
    return { item: folder.names.join('/') || '.', error };
  }

  /**
   * @returns null when there are none
   * @throws ItemError READ_FAILED for any file that is not plainly one of patterns
   */
  private async readPatterns(folder: FilePath): Promise<Patterns | null> {
    const path = joinPath(folder, Buffer.from(IGNORE_FILE));
    try {
      const opened = await this.time.limit(openRegularFile(path), closeFile);
      return readIgnoreFile(await this.readStart(opened, MAX_IGNORE_FILE_BYTES + 1));
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof ItemError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      // Where it cannot even be looked at, it is the folder that may not be entered.
      await this.time.limit(lstat(fsPath(path)));
      throw ignoreFileError(error);
    }
  }

  /** Closes the file. */
  private async readStart(file: FileHandle, bytes: number): Promise<Buffer> {
    try {
      const { bytesRead, buffer } = await this.time.limit(file.read(Buffer.alloc(bytes), 0, bytes, 0));
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
