import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, mkdir, readdir, realpath, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  ConflictError,
  InvalidInputError,
  LimitExceededError,
  MAX_IMAGE_ID_LENGTH,
  NotFoundError,
  type MetadataReader,
} from '@wentu/domain';
import { isFinished } from '@wentu/search';
import { diskError } from './disk-error';

export interface UploadLimits {
  /** Of one file, in bytes. */
  readonly maxImageBytes: number;
  /** Of one upload, in bytes; 0: none are taken. */
  readonly maxUploadBytes: number;
}

const MAX_OPEN = 16;
const MAX_FILES = 100_000;
/** An upload that nothing comes for is given up. */
const IDLE_MS = 60 * 60_000;
/** Folders of uploads that nobody knows any more are removed after that time: another process may be filling them. */
const LEFTOVER_MS = 24 * 60 * 60_000;

interface OpenUpload {
  /** Files that are coming in. */
  receiving: number;
  files: number;
  bytes: number;
  lastMs: number;
}

/**
 * Files on their way into a collection: each upload is a folder that a load reads, copies into the store, and removes when it has ended.
 */
export class Uploads {
  private readonly open = new Map<string, OpenUpload>();

  /** @param root its folders are the uploads */
  constructor(
    private readonly root: string,
    private readonly limits: UploadLimits,
    private readonly reader: Pick<MetadataReader, 'listJobs'>,
  ) {}

  /** @returns the new upload's id */
  async create(): Promise<string> {
    if (this.limits.maxUploadBytes === 0)
      throw new LimitExceededError('this server takes no uploads (WENTU_MAX_UPLOAD_BYTES is 0); load a folder of it');
    await this.removeLeftovers();
    if (this.open.size >= MAX_OPEN)
      throw new LimitExceededError(`${MAX_OPEN} uploads are open; wait until one of them has ended`);
    const id = randomBytes(16).toString('hex');
    await mkdir(join(this.root, id), { recursive: true }).catch((error: unknown) => {
      throw diskError(error);
    });
    this.open.set(id, { receiving: 0, files: 0, bytes: 0, lastMs: Date.now() });
    return id;
  }

  /**
   * Writes one file. A file that does not come whole is not there.
   * @param path relative, `/`-separated; what the image will be called
   */
  async receive(id: string, path: string, content: Readable): Promise<void> {
    const upload = this.find(id);
    const target = join(this.root, id, ...checkPath(path));
    if (upload.files >= MAX_FILES) throw new LimitExceededError(`an upload has at most ${MAX_FILES} files`);
    upload.files++;
    upload.lastMs = Date.now();
    // Hidden from a load's walk while it is being written.
    upload.receiving++;
    const part = join(this.root, id, `.part-${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(dirname(target), { recursive: true });
      // Left open when a file is refused: the sender shall hear why.
      await pipeline(
        content.iterator({ destroyOnReturn: false }),
        this.counter(upload),
        createWriteStream(part, { flags: 'wx' }),
      );
      // Of two files with one name the second would be the only one left.
      await link(part, target);
      await rm(part);
      await utimes(join(this.root, id), new Date(), new Date());
    } catch (error) {
      await rm(part, { force: true });
      throw explain(error, path);
    } finally {
      upload.receiving--;
    }
  }

  /** Gives the folder of an upload that is complete to a load; it stays an upload when that is refused. */
  async handOver<T>(id: string, start: (directory: string) => Promise<T>): Promise<T> {
    const upload = this.find(id);
    if (upload.receiving > 0)
      throw new ConflictError(
        `${upload.receiving} files of this upload are still coming in; load it when they have come`,
      );
    // At once: nobody else may load or discard it meanwhile.
    this.open.delete(id);
    try {
      return await start(join(this.root, id));
    } catch (error) {
      this.open.set(id, upload);
      throw error;
    }
  }

  /** @returns false when there is none */
  async discard(id: string): Promise<boolean> {
    if (!this.open.delete(id)) return false;
    await rm(join(this.root, id), { recursive: true, force: true });
    return true;
  }

  private find(id: string): OpenUpload {
    const upload = this.open.get(id);
    if (upload) return upload;
    throw new NotFoundError(`no open upload ${JSON.stringify(id.slice(0, 64))}; begin one with createUpload`);
  }

  private counter(upload: OpenUpload): Transform {
    const { maxImageBytes, maxUploadBytes } = this.limits;
    let size = 0;
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        upload.bytes += chunk.length;
        upload.lastMs = Date.now();
        if (size > maxImageBytes)
          done(new LimitExceededError(`a file has at most ${maxImageBytes} bytes (WENTU_MAX_IMAGE_BYTES)`));
        else if (upload.bytes > maxUploadBytes)
          done(new LimitExceededError(`an upload has at most ${maxUploadBytes} bytes (WENTU_MAX_UPLOAD_BYTES)`));
        else done(null, chunk);
      },
    });
  }

  /** Uploads that nothing came for, and folders that no load will read any more. */
  async removeLeftovers(): Promise<void> {
    const now = Date.now();
    for (const [id, { lastMs }] of this.open) if (now - lastMs > IDLE_MS) await this.discard(id);
    const jobs = await this.reader.listJobs({ first: 1_000 });
    const busy = new Set(jobs.filter((job) => !isFinished(job)).map(({ directory }) => directory));
    // As jobs have it.
    const root = await realpath(this.root).catch(() => this.root);
    for (const name of await readdir(root).catch(() => [])) {
      const path = join(root, name);
      if (this.open.has(name) || busy.has(path)) continue;
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > LEFTOVER_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

/** @returns the names on the way to the file */
function checkPath(path: string): string[] {
  const names = path.normalize('NFC').split('/');
  const isBad = (name: string): boolean =>
    name === '' || name === '.' || name === '..' || /[\\\p{Cc}\p{Cs}\uFFFD]/u.test(name);
  if (Array.from(path).length > MAX_IMAGE_ID_LENGTH || names.some(isBad)) {
    throw new InvalidInputError(
      `${JSON.stringify(path.slice(0, 200))} is no path for a picture; give at most ${MAX_IMAGE_ID_LENGTH} characters, ` +
        'relative, with / between folders',
    );
  }
  return names;
}

function explain(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENAMETOOLONG' || code === 'EINVAL')
    return new InvalidInputError(`the server's file system takes no file named ${path}; give it a shorter name`);
  if (code === 'EISDIR' || code === 'ENOTDIR' || code === 'EEXIST')
    return new ConflictError(
      `${path} is in this upload already, or a part of its path is a file; give it another name`,
    );
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
    return new InvalidInputError(`${path} did not come whole; send it again`);
  return diskError(error);
}
