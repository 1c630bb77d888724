import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The hashes of a file, in hexadecimal digits. */
export interface FileHashes {
  readonly sha256: string;
  /** null: the size of the file was not known. */
  readonly gitSha1: string | null;
}

/** Hashes a file while it is received. Hubs give SHA-256 for large files, and the SHA-1 of git for small ones. */
export class FileHash {
  private readonly sha256 = createHash('sha256');
  private readonly sha1: Hash | null;

  /** @param sizeBytes the size of the file, which the SHA-1 of git includes; null when it is not needed */
  constructor(sizeBytes: number | null) {
    this.sha1 = sizeBytes === null ? null : createHash('sha1').update(`blob ${sizeBytes}\0`);
  }

  update(bytes: Uint8Array): void {
    this.sha256.update(bytes);
    this.sha1?.update(bytes);
  }

  /** Reads the part that is already on disk. */
  async updateFromFile(path: string): Promise<void> {
    for await (const chunk of createReadStream(path)) this.update(chunk as Buffer);
  }

  digest(): FileHashes {
    return { sha256: this.sha256.digest('hex'), gitSha1: this.sha1?.digest('hex') ?? null };
  }
}
