import type { Readable } from 'node:stream';
import { normalName, type LoadJob } from '@wentu/domain';
import type { LoadService } from '@wentu/search';

/** Files on their way into a collection, by the id of their upload. */
export interface UploadPort {
  create(): Promise<string>;
  receive(id: string, path: string, content: Readable, sizeBytes?: number): Promise<void>;
  /** Gives the folder of an upload that is complete to a load; it stays an upload when that is refused. */
  handOver<T>(id: string, start: (directory: string) => Promise<T>): Promise<T>;
  discard(id: string): Promise<boolean>;
  fileLimit(): Promise<{ readonly maxBytes: number; readonly setting: string }>;
}

export interface UploadPorts {
  readonly uploads: UploadPort;
  readonly loads: Pick<LoadService, 'start' | 'checkTarget'>;
}

/** Pictures that are sent to the server. */
export class UploadCases {
  constructor(private readonly ports: UploadPorts) {}

  /**
   * @param collection checked at once, when it is given: nobody wants to hear that later
   * @returns the new upload's id
   */
  async create(collection: string | null): Promise<string> {
    if (collection !== null) await this.ports.loads.checkTarget(normalName(collection));
    return await this.ports.uploads.create();
  }

  /** One file. @param path relative, `/`-separated; the image's id @param sizeBytes what the sender announces */
  async receive(id: string, path: string, content: Readable, sizeBytes: number): Promise<void> {
    await this.ports.uploads.receive(id, path, content, sizeBytes);
  }

  /** Queues the load of an upload that is complete; its pictures are copied into the store. @throws NotFoundError */
  async load(id: string, collection: string): Promise<LoadJob> {
    const { uploads, loads } = this.ports;
    const options = { copyImages: true, isUpload: true };
    return await uploads.handOver(id, (directory) => loads.start(normalName(collection), directory, options));
  }

  /** @returns false when there is none */
  async discard(id: string): Promise<boolean> {
    return await this.ports.uploads.discard(id);
  }

  /** The largest file that can be sent and stored, and the setting that decides it. */
  async fileLimit(): Promise<{ readonly maxBytes: number; readonly setting: string }> {
    return await this.ports.uploads.fileLimit();
  }
}
