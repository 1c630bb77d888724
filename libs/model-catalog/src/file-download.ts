import { open, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DiskFullError, LimitExceededError, UnavailableError, sentence } from '@wentu/domain';
import type { DownloadState, FileState } from './download-state';
import { FileHash, type FileHashes } from './file-hash';
import { discard, type HttpAnswer, type HttpClient } from './http-client';
import { networkError, TransientError } from './http-errors';
import { showUrl } from './show-url';

/** A file to download. */
export interface RemoteFile {
  readonly url: string;
  /** The target path: relative, with `/`. */
  readonly path: string;
  readonly sizeBytes?: number;
  readonly sha256?: string;
  /** The SHA-1 that git gives a file: that of `blob SIZE\0` and its bytes. */
  readonly gitSha1?: string;
  /** The file is skipped when the server does not have it. */
  readonly optional?: true;
}

export interface FileDownloadOptions {
  readonly http: HttpClient;
  readonly state: DownloadState;
  readonly maxFileBytes: number;
  /** Bytes that the disk needs in addition to this file. */
  readonly reserveBytes: number;
  readonly signal?: AbortSignal;
  /** @param receivedBytes bytes on disk now, including earlier attempts */
  onProgress(receivedBytes: number, sizeBytes: number | null): void;
}

/** An attempt that adds fewer bytes counts as another failure. */
const PROGRESS_BYTES = 1024 * 1024;

/** The download of one file to `target`, across attempts and processes. */
export class FileDownload {
  private best = 0;
  private bestBefore = 0;

  constructor(
    private readonly file: RemoteFile,
    private readonly target: string,
    private readonly options: FileDownloadOptions,
  ) {}

  /** Whether the last attempt got further than all earlier ones. */
  readonly progressed = (): boolean => this.best >= this.bestBefore + PROGRESS_BYTES;

  /** Continues after the bytes on disk if they can be trusted. */
  readonly attempt = async (): Promise<void> => {
    this.bestBefore = this.best;
    const known = this.known();
    if (known?.complete && known.sizeBytes === (await sizeOf(this.target))) {
      this.options.onProgress(known.sizeBytes, known.sizeBytes);
      return;
    }
    const { sha256, gitSha1 } = this.file;
    const offset = known && (known.etag ?? sha256 ?? gitSha1 ?? known.sha256) ? await sizeOf(this.target) : 0;
    // Bytes of an earlier process do not count as progress.
    if (this.best === 0) this.bestBefore = this.best = offset;
    const answer = await this.options.http.get(this.file.url, rangeHeaders(offset, known), this.options.signal);
    if (answer.status === 416) return await this.beyondTheEnd(answer, offset, known);
    try {
      await this.receive(answer, offset, known);
    } catch (error) {
      answer.body.destroy();
      throw error;
    }
  };

  /** The state of the bytes on disk; null when they belong to another file. */
  private known(): FileState | null {
    const state = this.options.state.get(this.file.path);
    if (!state) return null;
    const { sha256, url } = this.file;
    if (state.url === url) return sha256 === undefined || state.sha256 === sha256 ? state : null;
    // With an expected hash, the first part may be of another source. The ETag is only valid for the first source.
    return sha256 !== undefined && state.sha256 === sha256 ? { ...state, etag: null } : null;
  }

  private async receive(answer: HttpAnswer, asked: number, known: FileState | null): Promise<void> {
    const { start, total } = await this.placeOf(answer, asked, known);
    const sha256 = this.expectedSha256(answer);
    await this.checkSize(total, start);
    const state = { url: this.file.url, etag: strongEtag(answer), sha256, sizeBytes: total, complete: false };
    const handle = await open(this.target, start > 0 ? 'r+' : 'w');
    let size: number;
    const hash = this.newHash();
    try {
      // Written only now: until the file is opened for writing, the old bytes need the old state.
      await this.options.state.set(this.file.path, state);
      if (start > 0) await hash.updateFromFile(this.target);
      size = await this.write(answer, handle, hash, start, total);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (total !== null && size < total)
      throw new TransientError(`${this.url}: the answer ended after ${size} of ${total} bytes`);
    await this.finish(state, hash.digest(), size, start > 0);
  }

  /** The offset of this answer in the file, and the length of the file. */
  private async placeOf(
    answer: HttpAnswer,
    asked: number,
    known: FileState | null,
  ): Promise<{ start: number; total: number | null }> {
    const { headers, status } = answer;
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity')
      throw new UnavailableError(`${this.url} is ${encoding}-encoded, but plain bytes were requested`);
    const length = toCount(headers['content-length']) ?? this.file.sizeBytes ?? null;
    if (status === 200) return { start: 0, total: length };
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(String(headers['content-range'])) ?? [];
    const etag = strongEtag(answer);
    if (Number(from) === asked && (etag === null || known?.etag == null || etag === known.etag))
      return { start: asked, total: Number(total) };
    throw await this.startAgain(`${this.url} has changed, or the server sent another part than requested`);
  }

  /** Status 416: the file is complete, or the bytes on disk belong to another file. */
  private async beyondTheEnd(answer: HttpAnswer, offset: number, known: FileState | null): Promise<void> {
    await discard(answer.body);
    const total = toCount(/^bytes \*\/(\d+)$/.exec(String(answer.headers['content-range']))?.[1]);
    const etag = strongEtag(answer);
    const same = etag === null || etag === known?.etag;
    if (known === null || offset === 0 || total !== offset || !same)
      throw await this.startAgain(`${this.url} has changed`);
    const hash = this.newHash();
    await hash.updateFromFile(this.target);
    await this.finish({ ...known, sha256: this.expectedSha256(answer) ?? known.sha256 }, hash.digest(), offset, true);
  }

  private async write(
    answer: HttpAnswer,
    handle: FileHandle,
    hash: FileHash,
    start: number,
    total: number | null,
  ): Promise<number> {
    let size = start;
    const chunks = answer.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        this.options.signal?.throwIfAborted();
        throw networkError(error, new URL(this.file.url));
      });
      if (next.done) return size;
      if (size + next.value.length > (total ?? this.options.maxFileBytes))
        throw await this.startAgain(
          `${this.url} sends more than the ${total ?? this.options.maxFileBytes} bytes it should have`,
        );
      if (size === 0 && !this.file.optional && isWebPage(next.value)) {
        await rm(this.target, { force: true });
        throw new UnavailableError(sentence('HUB_WEB_PAGE', { url: this.url }));
      }
      hash.update(next.value);
      await writeWhole(handle, next.value, size);
      size += next.value.length;
      this.best = Math.max(this.best, size);
      this.options.onProgress(size, total);
    }
  }

  private newHash(): FileHash {
    const { gitSha1, sizeBytes } = this.file;
    return new FileHash(gitSha1 === undefined ? null : (sizeBytes ?? null));
  }

  private async finish(state: FileState, found: FileHashes, size: number, resumed: boolean): Promise<void> {
    const wrong = this.wrongHash(state, found);
    if (wrong !== null) {
      const message = `${this.url} has ${wrong}`;
      const failure = await this.startAgain(message);
      // After a resumed download, the first part may be of an older file. Bytes of a single answer are simply wrong.
      if (resumed) throw failure;
      throw new UnavailableError(
        `${message}: the server or a proxy sends other bytes; try another mirror with --mirror`,
      );
    }
    await this.options.state.set(this.file.path, { ...state, sha256: found.sha256, sizeBytes: size, complete: true });
    this.options.onProgress(size, size);
  }

  private wrongHash({ sha256 }: FileState, found: FileHashes): string | null {
    if (sha256 !== null && found.sha256 !== sha256) return `SHA-256 ${found.sha256} instead of ${sha256}`;
    const { gitSha1 } = this.file;
    if (gitSha1 === undefined || found.gitSha1 === null || found.gitSha1 === gitSha1) return null;
    return `the git hash ${found.gitSha1} instead of ${gitSha1}`;
  }

  private expectedSha256({ linkedSha256 }: HttpAnswer): string | null {
    const { sha256 } = this.file;
    if (sha256 !== undefined && linkedSha256 !== null && sha256 !== linkedSha256) {
      throw new UnavailableError(
        `${this.url} has SHA-256 ${linkedSha256} on the server instead of ${sha256}; try another mirror with --mirror`,
      );
    }
    return sha256 ?? linkedSha256;
  }

  private async checkSize(total: number | null, start: number): Promise<void> {
    const { sizeBytes } = this.file;
    if (sizeBytes !== undefined && total !== null && total !== sizeBytes) {
      throw new UnavailableError(
        `${this.url} has ${total} bytes instead of ${sizeBytes}; the server has another file, try another mirror with --mirror`,
      );
    }
    const { maxFileBytes, reserveBytes } = this.options;
    if ((total ?? 0) > maxFileBytes)
      throw new LimitExceededError(`${this.url} has ${total} bytes; a model's file may have ${maxFileBytes}`);
    const needed = (total ?? sizeBytes ?? 0) - start + reserveBytes;
    const { bavail, bsize } = await statfs(dirname(this.target));
    if (bavail * bsize < needed) throw noRoom(dirname(this.target), bavail * bsize, needed);
  }

  private async startAgain(message: string): Promise<TransientError> {
    await rm(this.target, { force: true });
    return new TransientError(message);
  }

  private get url(): string {
    return showUrl(this.file.url);
  }
}

export function noRoom(folder: string, freeBytes: number, neededBytes: number): DiskFullError {
  return new DiskFullError(sentence('NO_ROOM', { disk: `the disk of ${folder}`, freeBytes, neededBytes }), {
    publicMessage: sentence('NO_ROOM', { disk: "the server's disk", freeBytes, neededBytes }),
  });
}

/** No file of a model starts like this. */
export function isWebPage(start: Buffer): boolean {
  return /^\s*<(!doctype html|html)\b/i.test(start.toString('latin1', 0, 256));
}

async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

function rangeHeaders(offset: number, known: FileState | null): Record<string, string> {
  if (offset === 0) return {};
  return { range: `bytes=${offset}-`, ...(known?.etag ? { 'if-range': known.etag } : {}) };
}

function strongEtag({ headers: { etag } }: HttpAnswer): string | null {
  return typeof etag === 'string' && etag.startsWith('"') ? etag : null;
}

function toCount(text: string | string[] | undefined): number | null {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
