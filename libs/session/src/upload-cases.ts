import type { Readable } from 'node:stream';
import { normalName, type GivenAttributes, type LoadJob } from '@wentu/domain';
import type { LoadService } from '@wentu/search';

/** Uploads: files that a load will read, by the id of the upload. */
export interface UploadPort {
  /** @param names what the names of its files are: paths (the default), or ids, which may be any text */
  create(names?: 'paths' | 'ids'): Promise<string>;
  receive(id: string, path: string, content: Readable, sizeBytes?: number): Promise<void>;
  /**
   * Passes the folder of a complete upload to a load. If the load is refused, the upload stays open.
   * @param given what the sender gives to images, by path, in the form of `checkGiven`
   */
  handOver<T>(
    id: string,
    start: (directory: string) => Promise<T>,
    given?: ReadonlyMap<string, GivenAttributes>,
  ): Promise<T>;
  discard(id: string): Promise<boolean>;
  fileLimit(): Promise<{ readonly maxBytes: number; readonly setting: string }>;
}

export interface UploadPorts {
  readonly uploads: UploadPort;
  readonly loads: Pick<LoadService, 'start' | 'checkTarget'>;
}

/** Use cases of uploads: pictures that are sent to the server. */
export class UploadCases {
  constructor(private readonly ports: UploadPorts) {}

  /**
   * @param collection checked at once if given, so that an error is reported before the files are sent
   * @returns the id of the new upload
   */
  async create(collection: string | null): Promise<string> {
    if (collection !== null) await this.ports.loads.checkTarget(normalName(collection));
    return await this.ports.uploads.create();
  }

  /**
   * Receives one file.
   * @param path relative, `/`-separated; the id of the image
   * @param sizeBytes the size that the sender announces
   */
  async receive(id: string, path: string, content: Readable, sizeBytes: number): Promise<void> {
    await this.ports.uploads.receive(id, path, content, sizeBytes);
  }

  /** Queues the load of a complete upload. Its pictures are copied into the store. @throws NotFoundError */
  async load(id: string, collection: string): Promise<LoadJob> {
    const { uploads, loads } = this.ports;
    const options = { copyImages: true, isUpload: true };
    return await uploads.handOver(id, (directory) => loads.start(normalName(collection), directory, options));
  }

  /** @returns false when there is no such upload */
  async discard(id: string): Promise<boolean> {
    return await this.ports.uploads.discard(id);
  }

  /** The largest file that can be sent and stored, and the setting that limits it. */
  async fileLimit(): Promise<{ readonly maxBytes: number; readonly setting: string }> {
    return await this.ports.uploads.fileLimit();
  }
}
