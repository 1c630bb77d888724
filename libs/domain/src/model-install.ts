import type { FailureDetail } from './sentence';

export type ModelPrecision = 'fp32' | 'fp16' | 'int8';

export type ModelInstallState =
  | 'QUEUED'
  | 'DOWNLOADING'
  /** By a user, or because the server ended. The bytes that came stay on the disk. */
  | 'PAUSED'
  | 'IMPORTING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'CANCELLED';

/** The download and import of a model, as plain data. */
export interface ModelInstall {
  readonly id: string;
  /** A name of the catalogue, `hf:OWNER/NAME` or `modelscope:OWNER/NAME`, perhaps with `@REVISION`. */
  readonly source: string;
  /** The name of the model; before the listing is read, the last part of the source. */
  readonly name: string;
  readonly state: ModelInstallState;
  /** Bytes on the disk, those of earlier runs included. */
  readonly downloadedBytes: number;
  /** Null until the listing is read, and when the hub gives no sizes. */
  readonly totalBytes: number | null;
  /** The speed of the last second; null when nothing is being downloaded. */
  readonly bytesPerSecond: number | null;
  /** Why the hub is asked again later; null when nothing is waited for. */
  readonly waitingFor: string | null;
  /** Why the installation failed; null in other states. */
  readonly error: string | null;
  /** The key and the values of the error; null: its message has none. */
  readonly detail: FailureDetail | null;
}

/** Installs one model at a time; the others wait in a queue. */
export interface ModelInstaller {
  /** Installations that have not ended, and the last ones that have, oldest first. */
  list(): Promise<ModelInstall[]>;
  /**
   * @param source a name of the catalogue, `OWNER/NAME`, `hf:OWNER/NAME` or `modelscope:OWNER/NAME`
   * @throws InvalidInputError, ConflictError, LimitExceededError
   */
  start(source: string, precision: ModelPrecision | null): Promise<ModelInstall>;
  /** Keeps the bytes that came. @throws NotFoundError; ConflictError when it has ended */
  pause(id: string): Promise<ModelInstall>;
  /** Continues a paused or failed installation. @throws NotFoundError, ConflictError, LimitExceededError */
  resume(id: string): Promise<ModelInstall>;
  /** Removes the bytes that came. @throws NotFoundError; ConflictError when it has succeeded */
  cancel(id: string): Promise<ModelInstall>;
}
