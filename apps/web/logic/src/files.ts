/** A file that somebody dropped or chose, and where it lay. */
export interface NamedFile {
  /** Relative, `/`-separated: 2024/cat.jpg. */
  readonly path: string;
  readonly file: File;
}

/**
 * Of all that are pictures, those that are not known by their type in every browser too. The server looks at the bytes.
 */
export const PICTURE_EXTENSIONS = (
  '.jpg .jpeg .jpe .jfif .pjpeg .pjp .mpo .png .apng .webp .gif .avif .avifs .svg .svgz .tif .tiff ' +
  '.heic .heif .heics .heifs .hif .bmp .dib .jxl .psd .psb .ico .cur .jp2 .j2k .jpf .jpx .jxr .wdp ' +
  '.cr2 .cr3 .crw .nef .nrw .arw .sr2 .srf .dng .raf .orf .rw2 .rwl .pef .srw .3fr .fff .iiq .mrw .x3f .kdc .dcr .erf .mef .mos ' +
  '.tga .exr .hdr .qoi .pnm .pbm .pgm .ppm .dds .xcf .pcx'
).split(' ');
const PICTURES = new Set(PICTURE_EXTENSIONS);
/** As the server's walk of a folder does. */
const SKIPPED = /^(\.|@eaDir$|__MACOSX$|#recycle$|\$RECYCLE\.BIN$|node_modules$)/;

export interface PictureFiles {
  readonly pictures: readonly NamedFile[];
  /** How many files are none; what programs leave beside pictures is not counted. */
  readonly others: number;
}

/**
 * Of files that somebody dropped or chose: those to be sent, also such without an extension, which the server knows by
 * their bytes.
 */
export function pictureFiles(files: readonly NamedFile[]): PictureFiles {
  const wanted = files.filter(({ path }) => !path.split('/').some((name) => SKIPPED.test(name)));
  const pictures = wanted.filter(({ path, file }) => {
    const [, extension] = splitExtension(path);
    return extension === '' || PICTURES.has(extension.toLowerCase()) || file.type.startsWith('image/');
  });
  return { pictures, others: wanted.length - pictures.length };
}

/** The path without its extension, and that with its dot; empty when there is none. */
function splitExtension(path: string): readonly [path: string, extension: string] {
  const dot = path.lastIndexOf('.');
  // A dot that begins a name, or is in a folder's name, begins no extension.
  return dot <= path.lastIndexOf('/') + 1 ? [path, ''] : [path.slice(0, dot), path.slice(dot)];
}

/** Of files with the same path each its own: photo.png, photo (2).png. */
export function withOwnPaths(files: readonly NamedFile[]): NamedFile[] {
  const taken = new Set<string>();
  return files.map(({ path, file }) => {
    const [stem, extension] = splitExtension(path);
    let own = path;
    for (let n = 2; taken.has(own); n++) own = `${stem} (${n})${extension}`;
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
