import type { ItemErrorCode } from '@wentu/domain';
import type { PictureOptions } from '../read-picture';

/** What the process is asked for; one at a time. */
export type Task =
  | { readonly kind: 'inspect' }
  | { readonly kind: 'prepare'; readonly preview: boolean }
  /** The whole picture as a TIFF without compression. */
  | { readonly kind: 'convert' }
  /** The same of a vector picture, drawn at so many times its size. */
  | { readonly kind: 'draw'; readonly scale: number };

export interface Request {
  readonly id: number;
  readonly task: Task;
  readonly bytes: Uint8Array;
  readonly options: PictureOptions;
}

export type Reply = { readonly id: number } & (
  | { readonly value: unknown }
  /** `code` is null for a bug. */
  | { readonly code: ItemErrorCode | null; readonly message: string }
);
