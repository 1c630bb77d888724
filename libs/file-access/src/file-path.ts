import { join, sep } from 'node:path';

/**
 * A path as text. File systems of Linux keep names as bytes: old Windows archives leave GBK in them. A path that is
 * valid UTF-8 is written as it is; any other as `base64:` and its bytes, which no absolute path begins with.
 */
export type FilePath = string;

const BYTES = 'base64:';
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/**
 * Tried in this order for names that are not UTF-8. GB 18030 contains GBK and GB 2312; the last one knows every byte.
 */
const OTHER_ENCODINGS = ['gb18030', 'windows-1252'].map((name) => new TextDecoder(name, { fatal: true }));

/** Bytes of other encodings that Windows-1252 has no character for. */
const NO_CHARACTER = /[\x80-\x9f]/g;

export function filePath(bytes: Uint8Array): FilePath {
  const text = decodeUtf8(bytes);
  return text ?? BYTES + Buffer.from(bytes).toString('base64');
}

/** What the functions of node:fs take. */
export function fsPath(path: FilePath): string | Buffer {
  return path.startsWith(BYTES) ? Buffer.from(path.slice(BYTES.length), 'base64') : path;
}

/** @param name one name, as a directory lists it */
export function joinPath(directory: FilePath, name: Uint8Array): FilePath {
  const text = decodeUtf8(name);
  if (text !== null && !directory.startsWith(BYTES)) return join(directory, text);
  const parent = toBytes(directory);
  return filePath(Buffer.concat([parent, Buffer.from(parent.at(-1) === SLASH ? '' : sep), name]));
}

/** Null at the top of the file system. */
export function parentPath(path: FilePath): FilePath | null {
  const bytes = toBytes(path);
  const end = bytes.lastIndexOf(sep);
  if (end < 0 || bytes.length === 1) return null;
  return filePath(bytes.subarray(0, Math.max(1, end)));
}

/** Whether a path lies in a directory, at any depth. */
export function isBelow(path: FilePath, directory: FilePath): boolean {
  if (!path.startsWith(BYTES) && !directory.startsWith(BYTES))
    return path.startsWith(directory.endsWith(sep) ? directory : directory + sep) && path !== directory;
  const [inner, outer] = [toBytes(path), toBytes(directory)];
  const start = outer.at(-1) === SLASH ? outer : Buffer.concat([outer, Buffer.from(sep)]);
  return inner.length > start.length && inner.subarray(0, start.length).equals(start);
}

/** The names on the way from a directory to a path below it, for people to read. */
export function namesBelow(path: FilePath, directory: FilePath): string[] {
  const names: string[] = [];
  const [bytes, end] = [toBytes(path), toBytes(directory).length];
  for (let from = end; from < bytes.length;) {
    const next = bytes.indexOf(sep, from);
    const to = next < 0 ? bytes.length : next;
    if (to > from) names.push(displayName(bytes.subarray(from, to)));
    from = to + 1;
  }
  return names;
}

/** One name for people to read: in UTF-8, else as the most probable of the old encodings reads it. */
export function displayName(name: Uint8Array): string {
  const text = decodeUtf8(name);
  if (text !== null) return text;
  for (const encoding of OTHER_ENCODINGS) {
    try {
      return encoding.decode(name).replace(NO_CHARACTER, (code) => `%${code.charCodeAt(0).toString(16)}`);
    } catch {
      // The next one.
    }
  }
  return Buffer.from(name).toString('latin1');
}

const SLASH = sep.charCodeAt(0);

function toBytes(path: FilePath): Buffer {
  return Buffer.from(fsPath(path) as Buffer);
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
