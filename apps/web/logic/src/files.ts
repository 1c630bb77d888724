/** A file that somebody dropped or chose, and where it lay. */
export interface NamedFile {
  /** Relative, `/`-separated: 2024/cat.jpg. */
  readonly path: string;
  readonly file: File;
}

const PICTURES = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|svg|tiff?)$/i;
/** As the server's walk of a folder does. */
const SKIPPED = /^(\.|@eaDir$|__MACOSX$|#recycle$|\$RECYCLE\.BIN$|node_modules$)/;

export function isPicturePath(path: string): boolean {
  return PICTURES.test(path) && !path.split('/').some((name) => SKIPPED.test(name));
}

/** Of files with the same path each its own: photo.png, photo (2).png. */
export function withOwnPaths(files: readonly NamedFile[]): NamedFile[] {
  const taken = new Set<string>();
  return files.map(({ path, file }) => {
    const dot = path.lastIndexOf('.');
    let own = path;
    for (let n = 2; taken.has(own); n++) own = `${path.slice(0, dot)} (${n})${path.slice(dot)}`;
    taken.add(own);
    return { path: own, file };
  });
}

/** Parts files into those that the server takes and those that are too large for it; without a limit it takes all. */
export function splitBySize(
  files: readonly NamedFile[],
  maxBytes = Infinity,
): { readonly fitting: readonly NamedFile[]; readonly tooLarge: readonly NamedFile[] } {
  const fits = ({ file }: NamedFile): boolean => file.size <= maxBytes;
  return { fitting: files.filter(fits), tooLarge: files.filter((file) => !fits(file)) };
}

export function totalBytes(files: readonly NamedFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** Where a file of an upload is put: each name percent-encoded. */
export function uploadUrl(url: string, path: string): string {
  return `${url}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Files of a file input; with a folder chosen their paths begin with its name. */
export function chosenFiles(files: Iterable<File>): NamedFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Everything that was dropped, also what lies in folders. To be called while the event is handled: the list is empty afterwards. */
export async function droppedFiles(items: Iterable<DataTransferItem>): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  const entries = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  for (const entry of entries) {
    if (entry instanceof File) found.push({ path: entry.name, file: entry });
    else if (entry) await walk(entry, found);
  }
  return found;
}

async function walk(entry: FileSystemEntry, found: NamedFile[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  if (SKIPPED.test(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, found);
  }
}
