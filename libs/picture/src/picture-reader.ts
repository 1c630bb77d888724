import type { ImageHeader, PreparedImage } from '@wentu/domain';
import type { Sharp } from 'sharp';
import { OTHER_TYPES } from './codecs/decode-other';
import { checkBytes, type PictureLimits } from './limits';
import type { Drawing } from './process/drawing';
import { PictureProcesses } from './process/picture-processes';
import { MemoryGate } from './memory-gate';
import { inspectPicture, preparePicture, type Decoding, type PictureOptions } from './read-picture';
import { isVectorType, readSource, typeOf, type DecodeOther } from './source';

export interface PictureReaderOptions extends PictureLimits {
  /** Most time for a picture that is decoded in a process of its own. */
  readonly timeoutMs: number;
  readonly maxProcesses?: number;
}

export interface OpenPicture {
  readonly mimeType: string;
  /** Upright, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Most memory that reading its pixels takes, in bytes. */
  readonly memoryBytes: number;
  /** Upright, sRGB, with transparency where there is some. Each call begins a new pipeline. */
  pixels(): Sharp;
}

/**
 * Reads pictures: what libvips reads in this process, the rest in processes of their own. So are vector pictures, for
 * some take hours to draw.
 */
export class PictureReader {
  private readonly processes: PictureProcesses;
  /** Other formats do not come here. */
  private readonly decoding: Decoding;

  constructor(private readonly limits: PictureReaderOptions) {
    this.decoding = { decodeOther: async () => null, gate: new MemoryGate(limits.maxDecodeBytes) };
    this.processes = new PictureProcesses({ maxProcesses: 2, ...limits });
  }

  async inspect(bytes: Uint8Array, options: PictureOptions): Promise<ImageHeader> {
    return this.isIsolated(bytes)
      ? await this.processes.run<ImageHeader>({ kind: 'inspect' }, bytes, options)
      : await inspectPicture(bytes, options, this.decoding);
  }

  async prepare(bytes: Uint8Array, options: PictureOptions, preview: boolean): Promise<PreparedImage> {
    return this.isIsolated(bytes)
      ? await this.prepareIsolated(bytes, options, preview)
      : await preparePicture(bytes, options, this.decoding, { preview });
  }

  /** As `prepare`, in another process whatever the format: a crash is an ItemError, and the picture's own. */
  async prepareIsolated(bytes: Uint8Array, options: PictureOptions, preview: boolean): Promise<PreparedImage> {
    checkBytes(bytes, options);
    return await this.processes.run<PreparedImage>({ kind: 'prepare', preview }, bytes, options);
  }

  /**
   * For showing: the picture that the encoder saw, with the same frame, colours and direction.
   * @param scale that a vector picture is drawn at; 1 is the size that it says
   * @throws ItemError
   */
  async open(bytes: Uint8Array, { scale = 1 }: { readonly scale?: number } = {}): Promise<OpenPicture> {
    const { limits } = this;
    const vectorType = typeOf(bytes);
    if (vectorType !== null && isVectorType(vectorType)) return await this.draw(vectorType, bytes, scale);
    const convert: DecodeOther = async (_mimeType, file) =>
      await this.processes.run<Uint8Array | null>({ kind: 'convert' }, file, { ...limits, ...NO_MODEL });
    const source = await readSource(bytes, { ...limits, asReference: false }, convert);
    const { mimeType, width, height, memoryBytes } = source;
    return { mimeType, width, height, memoryBytes, pixels: () => source.open().autoOrient() };
  }

  /**
   * Opens it and lets `task` read its pixels, side by side with other pictures only while their memory fits.
   * @throws ItemError
   */
  async show<T>(bytes: Uint8Array, scale: number, task: (pixels: Sharp) => Promise<T>): Promise<T> {
    const picture = await this.open(bytes, { scale });
    return await this.decoding.gate.run(picture.memoryBytes, () => task(picture.pixels()));
  }

  /** Ends its processes. Without it they end by themselves, with this process or when they are idle. */
  close(): void {
    this.processes.close();
  }

  /** Ids of the processes that are there. */
  get pids(): number[] {
    return this.processes.pids;
  }

  private isIsolated(bytes: Uint8Array): boolean {
    const mimeType = typeOf(bytes);
    return isVectorType(mimeType) || OTHER_TYPES.has(mimeType ?? '');
  }

  private async draw(mimeType: string, bytes: Uint8Array, scale: number): Promise<OpenPicture> {
    const { limits } = this;
    checkBytes(bytes, limits);
    const task = { kind: 'draw', scale } as const;
    const { tiff, width, height } = await this.processes.run<Drawing>(task, bytes, { ...limits, ...NO_MODEL });
    // The limit is one of files.
    const source = await readSource(tiff, { ...limits, maxBytes: Infinity, asReference: false }, async () => null);
    return { mimeType, width, height, memoryBytes: tiff.length, pixels: () => source.open() };
  }
}

const NO_MODEL = { imageSize: 1, previewSide: 1, upright: true, background: 'white' } as const;
