import { lstat, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  ItemError,
  NOTHING_IGNORED,
  UnavailableError,
  sentence,
  type BrokenItem,
  type FolderSurvey,
} from '@wentu/domain';
import {
  displayName,
  filePath,
  fsPath,
  isBelow,
  isOutOfHandles,
  joinPath,
  namesBelow,
  openDirectory,
  openRegularFile,
  parentPath,
  volumeOf,
  type DirectoryEntry,
  type FilePath,
  type OpenDirectory,
} from '@wentu/file-access';
import { isPictureName, PICTURE_HEAD_BYTES, pictureType } from '@wentu/picture-format';
import { readFailed } from './file-errors';
import { closeDirectory, closeFile, type FolderTime } from './folder-time';
import { FolderSidecars, type PictureSidecar } from './given/sidecars';
import {
  IGNORE_FILE,
  ignoreFileError,
  IgnoreRules,
  MAX_IGNORE_FILE_BYTES,
  readIgnoreFile,
  type Patterns,
} from './ignore-rules';
import { outOfHandles, whenHandlesAreFree } from './when-handles-are-free';

/** A picture file, recognised by its name or by its bytes. */
export interface PictureFile {
  readonly path: FilePath;
  /** The path of its bytes: the path itself, or the target of a link at the path. */
  readonly target: FilePath;
  /** Relative to the root, `/`-separated, for display. */
  readonly name: string;
  /** Files beside it with its tags and attributes. */
  readonly sidecars: readonly PictureSidecar[];
}

/** About 200 bytes each. In a larger source no picture is lost: pictures in folders that are not remembered stay. */
const MAX_REMEMBERED_FOLDERS = 500_000;
/** No imageId can have more levels. An endless tree, such as a mount within itself, ends here. */
const MAX_DEPTH = 256;
const tooDeep = sentence('FOLDER_TOO_DEEP', { maxDepth: MAX_DEPTH });
/** The number of files without a picture's extension whose first bytes are read concurrently. */
const SNIFF_CONCURRENCY = 16;

interface Listing {
  readonly entries: DirectoryEntry[];
  readonly device: string | null;
  readonly failure: unknown;
}

interface Folder {
  readonly path: FilePath;
  /** Relative names, for display; empty for the root. */
  readonly names: readonly string[];
  /** The patterns of the root, of the folder below it, and so on down to the parent of this folder. */
  readonly patterns: readonly (Patterns | null)[];
}

/**
 * One walk over the tree below a folder, in the order of the names' bytes: files first, then folders. Links to
 * directories are not followed: they may form a cycle, or lead out of the folder. Keeps the names of one branch in
 * memory at a time.
 */
export class FolderWalk implements FolderSurvey {
  readonly ignored = { ...NOTHING_IGNORED };
  readonly devices = new Map<FilePath, string>();
  unreadFolders = 0;
  private readonly rules: IgnoreRules;
  private readonly read = new Map<FilePath, Pick<OpenDirectory, 'identity' | 'modifiedAtNs'>>();
  private readonly patterns = new Map<FilePath, Patterns>();

  /** @param root absolute, without links @param ignored patterns in the syntax of gitignore */
  constructor(
    private readonly root: FilePath,
    ignored: readonly string[],
    private readonly time: FolderTime,
  ) {
    this.rules = new IgnoreRules(ignored, basename(root));
  }

  /** Yields picture files, and folders that could not be read completely. May be called once per walk. */
  async *files(signal?: AbortSignal): AsyncGenerator<PictureFile | BrokenItem> {
    yield* this.walk({ path: this.root, names: [], patterns: [] }, null, signal);
  }

  async wasRead(folder: FilePath): Promise<boolean> {
    const before = this.read.get(folder);
    return before !== undefined && (await this.look(folder))?.identity === before.identity;
  }

  async wasChanged(folder: FilePath): Promise<boolean> {
    return (await this.look(folder))?.modifiedAtNs !== this.read.get(folder)?.modifiedAtNs;
  }

  isExcluded(path: FilePath, source: FilePath): boolean {
    const names = namesBelow(path, this.root);
    const loadedDepth = isBelow(source, this.root) ? namesBelow(source, this.root).length : 0;
    const patternsAbove: (Patterns | null)[] = [];
    const folders: FilePath[] = [];
    for (let at = parentPath(path); at !== null && (at === this.root || isBelow(at, this.root)); at = parentPath(at))
      folders.unshift(at);
    for (let depth = 0; depth < names.length; depth++) {
      patternsAbove.push(this.patterns.get(folders[depth] as FilePath) ?? null);
      const isDirectory = depth < names.length - 1;
      if (this.rules.reason(names.slice(0, depth + 1), isDirectory, patternsAbove, loadedDepth) !== null) return true;
    }
    return false;
  }

  /** @returns null when the folder cannot be opened */
  private async look(folder: FilePath): Promise<OpenDirectory | null> {
    try {
      const opened = await this.time.limit(openFolder(folder), closeDirectory);
      await opened.close();
      return opened;
    } catch {
      return null;
    }
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
      if (!this.isIgnored(names, true, patterns))
        yield* this.walk({ path: joinPath(folder.path, name), names, patterns }, device, signal);
    }
  }

  /**
   * The sorted entries of a folder. After a failure: the entries that were listed before it, or none when its patterns
   * are unknown.
   */
  private async list(folder: Folder, signal: AbortSignal | undefined): Promise<Listing> {
    const entries: DirectoryEntry[] = [];
    let device: string | null = null;
    let failure: unknown;
    try {
      if (folder.names.length > MAX_DEPTH) throw new ItemError('READ_FAILED', tooDeep);
      const opened = await this.time.limit(openFolder(folder.path), closeDirectory);
      device = opened.device;
      for await (const entry of opened.entries) {
        signal?.throwIfAborted();
        entries.push(entry);
      }
      if (this.read.size < MAX_REMEMBERED_FOLDERS) {
        const { identity, modifiedAtNs } = opened;
        this.read.set(folder.path, { identity, modifiedAtNs });
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof UnavailableError) throw error;
      // The listing needs a handle more than the folder. A folder without one would count as unreadable.
      if (isOutOfHandles(error)) throw outOfHandles(error);
      failure = error;
    }
    try {
      // After a failed open the patterns are not read: on a dead share each call takes a minute and a thread.
      const patterns = device === null ? null : await this.readPatterns(folder.path);
      if (patterns !== null) this.patterns.set(folder.path, patterns);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      failure ??= error;
      // The unknown patterns may exclude private pictures.
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
      // The folder does not exist any more; `wasRead` returns false for it.
    }
  }

  private async *pictures(folder: Folder, entries: readonly DirectoryEntry[]): AsyncGenerator<PictureFile> {
    const sidecars = new FolderSidecars(folder.path, entries);
    for (let start = 0; start < entries.length; start += SNIFF_CONCURRENCY) {
      const slice = entries.slice(start, start + SNIFF_CONCURRENCY).filter(({ kind }) => kind !== 'directory');
      const found = await Promise.all(slice.map((entry) => this.picture(folder, entry, sidecars)));
      for (const file of found) if (file) yield file;
    }
  }

  /** @returns null for a sidecar, and for an ignored entry, which is counted */
  private async picture(
    folder: Folder,
    { name, kind }: DirectoryEntry,
    sidecars: FolderSidecars,
  ): Promise<PictureFile | null> {
    const shown = displayName(name);
    if (sidecars.has(shown)) return null;
    const names = [...folder.names, shown];
    if (this.isIgnored(names, false, folder.patterns)) return null;
    const path = joinPath(folder.path, name);
    const target = kind === 'link' ? await this.linkTarget(path) : path;
    if (target === null) {
      this.ignored.link++;
      return null;
    }
    if (kind === 'other') this.ignored.notPicture++;
    else if (isPictureName(shown) || (await this.looksLikePicture(target)))
      return { path, target, name: names.join('/'), sidecars: sidecars.of(shown) };
    return null;
  }

  private isIgnored(names: readonly string[], isDirectory: boolean, patterns: Folder['patterns']): boolean {
    const reason = this.rules.reason(names, isDirectory, patterns);
    // A .wentuignore file is Wentu's own, so it is not counted as ignored.
    if (reason !== null && names.at(-1) !== IGNORE_FILE) this.ignored[reason]++;
    return reason !== null;
  }

  private async looksLikePicture(path: FilePath): Promise<boolean> {
    try {
      const opened = await this.time.limit(openFile(path), closeFile);
      if (pictureType(await this.readStart(opened, PICTURE_HEAD_BYTES)) !== null) return true;
      this.ignored.notPicture++;
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.ignored.unreadable++;
    }
    return false;
  }

  /** The target file of a link, if it is below the root. */
  private async linkTarget(link: FilePath): Promise<FilePath | null> {
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
   * @returns null when the folder has no patterns
   * @throws ItemError READ_FAILED for anything that is not a regular file of patterns
   */
  private async readPatterns(folder: FilePath): Promise<Patterns | null> {
    const path = joinPath(folder, Buffer.from(IGNORE_FILE));
    try {
      const opened = await this.time.limit(openFile(path), closeFile);
      return readIgnoreFile(await this.readStart(opened, MAX_IGNORE_FILE_BYTES + 1));
    } catch (error) {
      if (error instanceof UnavailableError || error instanceof ItemError) throw error;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      // If even lstat fails, the folder itself may not be entered.
      await this.time.limit(lstat(fsPath(path)));
      throw ignoreFileError(error);
    }
  }

  /** Reads the first bytes and closes the file. */
  private async readStart(file: FileHandle, bytes: number): Promise<Buffer> {
    try {
      const { bytesRead, buffer } = await this.time.limit(file.read(Buffer.alloc(bytes), 0, bytes, 0));
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

async function openFolder(path: FilePath): Promise<OpenDirectory> {
  return await whenHandlesAreFree(async () => await openDirectory(path));
}

async function openFile(path: FilePath): Promise<FileHandle> {
  return await whenHandlesAreFree(async () => await openRegularFile(path));
}
