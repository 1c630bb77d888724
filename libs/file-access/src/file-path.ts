import { join, sep } from 'node:path';

/**
 * A path as text. Linux file systems store names as bytes, and old Windows archives contain names in GBK. A path that
 * is valid UTF-8 is stored unchanged. Any other path is stored as `base64:` and its bytes; no absolute path starts with
 * `base64:`.
 */
export type FilePath = string;

const BYTES = 'base64:';
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/**
 * Encodings for names that are not UTF-8, tried in this order. GB 18030 contains GBK and GB 2312. Windows-1252 decodes
 * every byte.
 */
const OTHER_ENCODINGS = ['gb18030', 'windows-1252'].map((name) => new TextDecoder(name, { fatal: true }));

/** Bytes that have no character in Windows-1252. */
const NO_CHARACTER = /[\x80-\x9f]/g;

export function filePath(bytes: Uint8Array): FilePath {
  const text = decodeUtf8(bytes);
  return text ?? BYTES + Buffer.from(bytes).toString('base64');
}

/** The path in the form that the functions of node:fs accept. */
export function fsPath(path: FilePath): string | Buffer {
  return path.startsWith(BYTES) ? Buffer.from(path.slice(BYTES.length), 'base64') : path;
}

/** @param name one name from a directory listing */
export function joinPath(directory: FilePath, name: Uint8Array): FilePath {
  const text = decodeUtf8(name);
  if (text !== null && !directory.startsWith(BYTES)) return join(directory, text);
  const parent = toBytes(directory);
  return filePath(Buffer.concat([parent, Buffer.from(parent.at(-1) === SLASH ? '' : sep), name]));
}

/** Returns null for the root of the file system. */
export function parentPath(path: FilePath): FilePath | null {
  const bytes = toBytes(path);
  const end = bytes.lastIndexOf(sep);
  if (end < 0 || bytes.length === 1) return null;
  return filePath(bytes.subarray(0, Math.max(1, end)));
}

/** Whether a path is in a directory, at any depth. */
export function isBelow(path: FilePath, directory: FilePath): boolean {
  if (!path.startsWith(BYTES) && !directory.startsWith(BYTES))
    return path.startsWith(directory.endsWith(sep) ? directory : directory + sep) && path !== directory;
  const [inner, outer] = [toBytes(path), toBytes(directory)];
  const start = outer.at(-1) === SLASH ? outer : Buffer.concat([outer, Buffer.from(sep)]);
  return inner.length > start.length && inner.subarray(0, start.length).equals(start);
}

/** The names between a directory and a path below it, for display. */
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

/** One name for display: as UTF-8, else in the first old encoding that can decode it. */
export function displayName(name: Uint8Array): string {
  const text = decodeUtf8(name);
  if (text !== null) return text;
  for (const encoding of OTHER_ENCODINGS) {
    try {
      return encoding.decode(name).replace(NO_CHARACTER, (code) => `%${code.charCodeAt(0).toString(16)}`);
    } catch {
      // Try the next encoding.
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
