import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { UPLOAD_MANIFEST, type UploadedFile } from '@wentu/dataset';
import {
  ConflictError,
  diskError,
  InvalidInputError,
  LimitExceededError,
  NotFoundError,
  UnavailableError,
  sentence,
  type GivenAttributes,
  type LoadReader,
  type MetadataReader,
  type StoredPictures,
} from '@wentu/domain';
import { realDisk, type UploadDisk } from './upload-disk';
import { findUploadFolders, MARK, markOf, uploadFolderName, type FoundUpload } from './upload-folder';
import { checkUploadId, checkUploadPath } from './upload-path';
import { UploadQuota } from './upload-quota';
import { uploadFileLimit, type UploadFileLimit, type UploadFileLimits } from './upload-file-limit';

export interface UploadLimits extends UploadFileLimits {
  /** The size limit of one upload in bytes; 0: uploads are off. */
  readonly maxUploadBytes: number;
  /** The size limit of all uploads in the folder, in bytes. */
  readonly uploadsQuotaBytes: number;
}

export interface UploadsOptions {
  /** The folder with the folders of the uploads. Other files and folders in it are never touched. */
  readonly root: string;
  readonly limits: UploadLimits;
  readonly reader: Pick<MetadataReader, 'storeId'> & {
    readonly loads: Pick<LoadReader, 'listUnfinished'>;
    readonly originals: Pick<StoredPictures, 'maxBytes'>;
  };
  readonly log: { info(fields: object, message: string): void };
  readonly disk?: UploadDisk;
  /** A monotonic clock in milliseconds, for idle times. */
  readonly now?: () => number;
}

const MAX_OPEN = 16;
const MAX_FILES = 100_000;
/** The limit for the paths of all open uploads, which are in memory. */
const MAX_PATH_CHARACTERS = 32 * 1024 * 1024;
/** An upload without traffic for this time is discarded. */
const IDLE_MS = 60 * 60_000;
/** An upload without traffic for this time is discarded when a new upload needs its place. */
const MAKES_ROOM_MS = 10 * 60_000;
/**
 * Upload folders that this process does not know are removed after this time. Until then another process may be using
 * them.
 */
const LEFTOVER_MS = 24 * 60 * 60_000;
const SETTING = 'WENTU_UPLOADS_DIR';

interface OpenUpload {
  readonly folder: string;
  readonly storeId: string;
  readonly names: 'paths' | 'ids';
  readonly fileLimit: UploadFileLimit;
  /** Path to file name in the folder. */
  readonly files: Map<string, string>;
  pathCharacters: number;
  /** The number of files that are being received. */
  receiving: number;
  lastFile: number;
  bytes: number;
  lastMs: number;
}

/**
 * Files that users send to a collection. Each upload is a folder with a mark file. Its files have numbers as names, and
 * a manifest with their paths makes the upload complete. A load reads it, copies the pictures into the store, and
 * removes the folder when the load ends.
 */
export class Uploads {
  private readonly open = new Map<string, OpenUpload>();
  private readonly quota: UploadQuota;
  private readonly disk: UploadDisk;
  private readonly now: () => number;

  constructor(private readonly options: UploadsOptions) {
    this.disk = options.disk ?? realDisk;
    this.now = options.now ?? (() => performance.now());
    this.quota = new UploadQuota(options.limits.uploadsQuotaBytes, async () => await this.closedUploads());
  }

  /** @param names what the names of its files are @returns the id of the new upload */
  async create(names: 'paths' | 'ids' = 'paths'): Promise<string> {
    const { limits, reader, root } = this.options;
    if (limits.maxUploadBytes === 0) throw new LimitExceededError(sentence('UPLOADS_OFF'));
    await this.removeLeftovers();
    const [storeId, maxOriginalBytes] = [await reader.storeId(), await reader.originals.maxBytes()];
    const fileLimit = uploadFileLimit(limits, maxOriginalBytes);
    await this.quota.measure();
    await this.quota.check(this.openBytes(), 1);
    while (this.open.size >= MAX_OPEN) await this.makeRoom();
    const id = randomBytes(16).toString('hex');
    const folder = join(root, uploadFolderName(id));
    const state = { pathCharacters: 0, receiving: 0, lastFile: 0, bytes: 0, lastMs: this.now() };
    // Before the first await, so that concurrent calls count this upload.
    this.open.set(id, { folder, storeId, names, fileLimit, files: new Map(), ...state });
    try {
      await this.disk.makeFolder(folder);
      await this.disk.writeWhole(join(folder, MARK), markOf(storeId));
    } catch (error) {
      this.open.delete(id);
      throw diskError(error, SETTING);
    }
    return id;
  }

  /** The largest file that can be sent and stored. While the database is unavailable, only the settings limit it. */
  async fileLimit(): Promise<UploadFileLimit> {
    const { limits, reader } = this.options;
    const maxOriginalBytes = await reader.originals.maxBytes().catch((error: unknown) => {
      if (error instanceof UnavailableError) return Infinity;
      throw error;
    });
    return uploadFileLimit(limits, maxOriginalBytes);
  }

  /**
   * Writes one file. A file that does not arrive completely is not part of the upload.
   * @param path relative, `/`-separated, or any id (see `create`); the id of the image
   * @param sizeBytes the announced size: a file that is too large is refused before it is read
   */
  async receive(id: string, path: string, content: Readable, sizeBytes = 0): Promise<void> {
    const upload = this.find(id);
    const name = upload.names === 'ids' ? checkUploadId(path) : checkUploadPath(path);
    if (upload.files.has(name)) throw new ConflictError(sentence('UPLOAD_NAME_TAKEN', { name }));
    if (upload.files.size >= MAX_FILES) throw new LimitExceededError(sentence('UPLOAD_FILES', { max: MAX_FILES }));
    const characters = [...this.open.values()].reduce((sum, other) => sum + other.pathCharacters, name.length);
    if (characters > MAX_PATH_CHARACTERS) throw new LimitExceededError(sentence('UPLOAD_PATHS'));
    const file = String(++upload.lastFile);
    const target = join(upload.folder, file);
    // Before the first await, so that a second file with this name is refused while this one is being received.
    upload.files.set(name, file);
    upload.pathCharacters += name.length;
    upload.lastMs = this.now();
    upload.receiving++;
    const received = { bytes: 0 };
    try {
      await this.checkSize(upload, sizeBytes, sizeBytes);
      await this.disk.write(target, this.counted(upload, content, received));
      if (!this.isOpen(upload)) throw noUpload(id);
    } catch (error) {
      upload.files.delete(name);
      upload.pathCharacters -= name.length;
      upload.bytes -= received.bytes;
      // A file that cannot be removed is not in the manifest; it is removed with the folder.
      await this.disk.remove(target).catch(() => undefined);
      throw this.isOpen(upload) ? explain(error, name) : noUpload(id);
    } finally {
      upload.receiving--;
    }
  }

  /**
   * Passes the folder of a complete upload to a load. If the load is refused, the upload stays open.
   * @param given what the sender gives to images, by path
   */
  async handOver<T>(
    id: string,
    start: (directory: string) => Promise<T>,
    given: ReadonlyMap<string, GivenAttributes> = new Map(),
  ): Promise<T> {
    const upload = this.find(id);
    if (upload.receiving > 0) throw new ConflictError(sentence('UPLOAD_RECEIVING', { count: upload.receiving }));
    if (upload.files.size === 0) throw new InvalidInputError(sentence('UPLOAD_EMPTY'));
    // Before the first await, so that no other call can load or discard the upload.
    this.open.delete(id);
    try {
      await this.disk.writeWhole(join(upload.folder, UPLOAD_MANIFEST), manifestOf(upload.files, given));
      const started = await start(upload.folder);
      this.quota.add(upload.bytes);
      return started;
    } catch (error) {
      this.open.set(id, upload);
      throw diskError(error, SETTING);
    }
  }

  /** @returns false when there is no open upload with this id */
  async discard(id: string): Promise<boolean> {
    const upload = this.open.get(id);
    if (!upload) return false;
    this.open.delete(id);
    await this.disk.removeFolder(upload.folder, upload.storeId).catch((error: unknown) => {
      throw diskError(error, SETTING);
    });
    return true;
  }

  /** Removes uploads without traffic, and upload folders that no load will read. */
  async removeLeftovers(): Promise<void> {
    const { reader, root, log } = this.options;
    for (const [id, { lastMs, folder }] of this.open) {
      if (this.now() - lastMs <= IDLE_MS) continue;
      log.info({ folder }, 'an upload without traffic for an hour is discarded');
      await this.discard(id);
    }
    const old = (await this.closedUploads()).filter(({ modifiedAtMs }) => Date.now() - modifiedAtMs > LEFTOVER_MS);
    if (old.length === 0) return;
    const busy = new Set((await reader.loads.listUnfinished()).map(({ directory }) => directory));
    // Jobs contain the real path.
    const real = await realpath(root);
    for (const { id, path } of old) {
      if (busy.has(join(real, uploadFolderName(id))) || this.open.has(id)) continue;
      if (await this.disk.removeFolder(path, await reader.storeId()))
        log.info({ folder: path }, 'an upload older than a day that no load uses is removed');
    }
  }

  /**
   * Upload folders that are not open in this process: they wait for a load, belong to another process, or are
   * leftovers.
   */
  private async closedUploads(): Promise<FoundUpload[]> {
    const { reader, root } = this.options;
    return (await findUploadFolders(root, await reader.storeId())).filter(({ id }) => !this.open.has(id));
  }

  /** Discards the upload with the longest time without traffic. */
  private async makeRoom(): Promise<void> {
    const [oldest] = [...this.open].sort(([, a], [, b]) => a.lastMs - b.lastMs);
    if (!oldest || this.now() - oldest[1].lastMs <= MAKES_ROOM_MS)
      throw new LimitExceededError(sentence('UPLOADS_OPEN', { max: MAX_OPEN }));
    this.options.log.info({ folder: oldest[1].folder }, 'an upload without traffic is discarded for a new one');
    await this.discard(oldest[0]);
  }

  private find(id: string): OpenUpload {
    const upload = this.open.get(id);
    if (upload) return upload;
    throw noUpload(id);
  }

  private isOpen(upload: OpenUpload): boolean {
    return [...this.open.values()].includes(upload);
  }

  private openBytes(): number {
    return [...this.open.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @param fileBytes bytes of the file so far @param moreBytes the part of them that the upload does not count yet */
  private async checkSize(upload: OpenUpload, fileBytes: number, moreBytes: number): Promise<void> {
    const { maxUploadBytes } = this.options.limits;
    const { maxBytes, setting } = upload.fileLimit;
    if (fileBytes > maxBytes) throw new LimitExceededError(sentence('UPLOAD_FILE_TOO_LARGE', { maxBytes, setting }));
    if (upload.bytes + moreBytes > maxUploadBytes)
      throw new LimitExceededError(sentence('UPLOAD_TOO_LARGE', { maxBytes: maxUploadBytes }));
    await this.quota.check(this.openBytes(), moreBytes);
  }

  private async *counted(upload: OpenUpload, content: Readable, received: { bytes: number }): AsyncGenerator<Buffer> {
    // Refusing the file must not close the sender's stream: the sender still gets the answer.
    for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      await this.checkSize(upload, received.bytes + chunk.length, chunk.length);
      received.bytes += chunk.length;
      upload.bytes += chunk.length;
      upload.lastMs = this.now();
      if (!this.isOpen(upload)) return;
      yield chunk;
    }
  }
}

function manifestOf(files: ReadonlyMap<string, string>, givenTo: ReadonlyMap<string, GivenAttributes>): string {
  const lines = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, file]) => {
      const given = givenTo.get(path);
      return JSON.stringify({ file, path, ...(given ? { given } : {}) } satisfies UploadedFile);
    });
  return `${lines.join('\n')}\n`;
}

function noUpload(id: string): NotFoundError {
  return new NotFoundError(sentence('NO_UPLOAD', { id: id.slice(0, 64) }));
}

function explain(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
    return new InvalidInputError(sentence('FILE_INCOMPLETE', { path }));
  return diskError(error, SETTING);
}
