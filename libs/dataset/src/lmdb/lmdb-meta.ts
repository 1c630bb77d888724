import type { FileHandle } from 'node:fs/promises';
import { InvalidInputError } from '@wentu/domain';

/** The newer valid meta page of an LMDB file, as far as it describes the main database. */
export interface LmdbMeta {
  readonly pageSizeBytes: number;
  /** The root page of the main tree; null when the database is empty. */
  readonly root: number | null;
  /** The number of levels of the tree, including leaves. */
  readonly depth: number;
  readonly entryCount: number;
  readonly lastPage: number;
}

const MAGIC = 0xbeefc0de;
const VERSION = 1;
const P_META = 0x08;
/** LMDB uses the system's page size, but at most 32 KiB. */
const [MIN_PAGE_BYTES, MAX_PAGE_BYTES] = [512, 32_768];
/** The depth limit of LMDB's own cursors. */
const MAX_DEPTH = 32;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const META_BYTES = 152;

/** Offsets in a meta page: 16 bytes of page header, then MDB_meta of LMDB 0.9 on a 64-bit little-endian machine. */
const AT = { flags: 10, magic: 16, version: 20, pageSize: 40, main: 88, lastPage: 136, transaction: 144 } as const;
/** Offsets in MDB_db, which has 48 bytes. */
const DB = { flags: 4, depth: 6, entries: 32, root: 40 } as const;

interface Candidate extends LmdbMeta {
  readonly transaction: bigint;
  readonly flags: number;
}

/**
 * Reads the two meta pages and returns that of the later transaction; a damaged page is ignored.
 * @throws InvalidInputError when both are damaged, or the kind of database is not supported
 */
export async function readMeta(handle: FileHandle, path: string): Promise<LmdbMeta> {
  const first = Buffer.alloc(META_BYTES);
  const { bytesRead } = await handle.read(first, 0, META_BYTES, 0);
  if (bytesRead < META_BYTES) throw new InvalidInputError(`${path} is too short for an LMDB file; copy it again`);
  const version = first.readUInt32LE(AT.version);
  if (first.readUInt32LE(AT.magic) === MAGIC && version !== VERSION) {
    throw new InvalidInputError(
      `${path} has LMDB data version ${version}; version ${VERSION} (LMDB 0.9, as Python's lmdb writes it) is supported`,
    );
  }
  const newest = parse(first, 0);
  const metas = newest === null ? [] : [newest];
  // The second page is valid only if its own page size matches its position.
  for (let size = MIN_PAGE_BYTES; size <= MAX_PAGE_BYTES; size *= 2) {
    if (newest !== null && size !== newest.pageSizeBytes) continue;
    const second = Buffer.alloc(META_BYTES);
    if ((await handle.read(second, 0, META_BYTES, size)).bytesRead < META_BYTES) break;
    const meta = parse(second, 1);
    if (meta !== null && meta.pageSizeBytes === size) metas.push(meta);
  }
  const [meta] = metas.sort((a, b) => (a.transaction < b.transaction ? 1 : -1));
  if (meta === undefined) {
    throw new InvalidInputError(
      `${path} is not an LMDB file, or both of its meta pages are damaged; make it again with cn_clip's build_lmdb_dataset.py`,
    );
  }
  if (meta.flags !== 0) {
    throw new InvalidInputError(
      `${path} has LMDB flags 0x${meta.flags.toString(16)} (dupsort, integer or reverse keys); only plain keys are supported`,
    );
  }
  const { flags: _flags, transaction: _transaction, ...read } = meta;
  return read;
}

/** Returns null when the bytes are not a valid meta page. */
function parse(bytes: Buffer, page: number): Candidate | null {
  if (bytes.readBigUInt64LE(0) !== BigInt(page) || (bytes.readUInt16LE(AT.flags) & P_META) === 0) return null;
  if (bytes.readUInt32LE(AT.magic) !== MAGIC || bytes.readUInt32LE(AT.version) !== VERSION) return null;
  const pageSizeBytes = bytes.readUInt32LE(AT.pageSize);
  const isPowerOf2 = (pageSizeBytes & (pageSizeBytes - 1)) === 0;
  if (pageSizeBytes < MIN_PAGE_BYTES || pageSizeBytes > MAX_PAGE_BYTES || !isPowerOf2) return null;
  const lastPage = bytes.readBigUInt64LE(AT.lastPage);
  const entries = bytes.readBigUInt64LE(AT.main + DB.entries);
  const root = bytes.readBigUInt64LE(AT.main + DB.root);
  const depth = bytes.readUInt16LE(AT.main + DB.depth);
  if (lastPage * BigInt(pageSizeBytes) > Number.MAX_SAFE_INTEGER || entries > Number.MAX_SAFE_INTEGER) return null;
  if (depth > MAX_DEPTH || (root === NO_PAGE) !== (entries === 0n)) return null;
  if (root !== NO_PAGE && (root > lastPage || depth === 0)) return null;
  return {
    pageSizeBytes,
    root: root === NO_PAGE ? null : Number(root),
    depth,
    entryCount: Number(entries),
    lastPage: Number(lastPage),
    transaction: bytes.readBigUInt64LE(AT.transaction),
    flags: bytes.readUInt16LE(AT.main + DB.flags),
  };
}
