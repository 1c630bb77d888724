/** A file that the user dropped or chose, and its path. */
export interface NamedFile {
  /** Relative, `/`-separated: 2024/cat.jpg. */
  readonly path: string;
  readonly file: File;
}

/**
 * Extensions of pictures, because some browsers do not know the MIME types of all of them. The server checks the bytes.
 */
export const PICTURE_EXTENSIONS = (
  '.jpg .jpeg .jpe .jfif .pjpeg .pjp .mpo .png .apng .webp .gif .avif .avifs .svg .svgz .tif .tiff ' +
  '.heic .heif .heics .heifs .hif .bmp .dib .jxl .psd .psb .ico .cur .jp2 .j2k .jpf .jpx .jxr .wdp ' +
  '.cr2 .cr3 .crw .nef .nrw .arw .sr2 .srf .dng .raf .orf .rw2 .rwl .pef .srw .3fr .fff .iiq .mrw .x3f .kdc .dcr .erf .mef .mos ' +
  '.tga .exr .hdr .qoi .pnm .pbm .pgm .ppm .dds .xcf .pcx'
).split(' ');
const PICTURES = new Set(PICTURE_EXTENSIONS);
/** The same names as in the server's walk of a folder. */
const SKIPPED = /^(\.|@eaDir$|__MACOSX$|#recycle$|\$RECYCLE\.BIN$|node_modules$)/;

export interface PictureFiles {
  readonly pictures: readonly NamedFile[];
  /** The number of files that are not pictures, without those that programs leave beside pictures. */
  readonly others: number;
}

/**
 * Selects the files to send from those that the user dropped or chose. Files without an extension are sent too: the
 * server recognises them by their bytes.
 */
export function pictureFiles(files: readonly NamedFile[]): PictureFiles {
  const wanted = files.filter(({ path }) => !path.split('/').some((name) => SKIPPED.test(name)));
  const pictures = wanted.filter(({ path, file }) => {
    const [, extension] = splitExtension(path);
    return extension === '' || PICTURES.has(extension.toLowerCase()) || file.type.startsWith('image/');
  });
  return { pictures, others: wanted.length - pictures.length };
}

/** The path without its extension, and the extension with its dot, which may be empty. */
function splitExtension(path: string): readonly [path: string, extension: string] {
  const dot = path.lastIndexOf('.');
  // A dot at the start of a name or in the name of a folder does not start an extension.
  return dot <= path.lastIndexOf('/') + 1 ? [path, ''] : [path.slice(0, dot), path.slice(dot)];
}

/** Gives files with the same path different paths: photo.png, photo (2).png. */
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

/** Splits files into those that the server accepts and those that are too large. Without a limit all are accepted. */
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

/** The URL of a file in an upload; each name is percent-encoded. */
export function uploadUrl(url: string, path: string): string {
  return `${url}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** The files of a file input. With a chosen folder, their paths start with its name. */
export function chosenFiles(files: Iterable<File>): NamedFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * All dropped files, including those in folders. It must be called while the event is handled, because the list is
 * empty afterwards.
 */
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
    // A call returns at most a hundred entries.
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const inner of some) await walk(inner, found);
  }
}
