import { type FailureDetail } from '@wentu/domain';
import type { ItemErrorCode } from '@wentu/domain';
import type { PixelBounds } from '../bounded-pixels';
import type { PictureLimits } from '../limits';
import type { PictureOptions } from '../read-picture';
import type { Rendition } from '../render-picture';

/** A task of a decoder process, which runs one task at a time. */
export type Task =
  | { readonly kind: 'inspect'; readonly options: PictureOptions }
  | { readonly kind: 'prepare'; readonly options: PictureOptions; readonly preview: boolean }
  | { readonly kind: 'render'; readonly limits: PictureLimits; readonly rendition: Rendition }
  | { readonly kind: 'exif'; readonly limits: PictureLimits }
  | { readonly kind: 'pixels'; readonly limits: PictureLimits; readonly bounds: PixelBounds };

/** A request. The bytes of the picture file follow it. */
export interface Request {
  readonly task: Task;
  /** Memory that the task may use, in bytes. If the header shows that the task needs more, the reply is `needs`. */
  readonly grantedBytes: number;
  /** Limit of the resident memory of the process, in bytes. Above it, the process ends itself. */
  readonly maxRssBytes: number;
}

/** A reply. The bytes of `parts` follow it in their order. */
export type Reply = { readonly rssBytes: number } & (
  | { readonly kind: 'done'; readonly header: object; readonly parts: readonly { name: string; length: number }[] }
  /** Nothing was decoded, because the task needs this much memory, in bytes. */
  | { readonly kind: 'needs'; readonly bytes: number }
  /** `code` is null for a bug. */
  | {
      readonly kind: 'failed';
      readonly code: ItemErrorCode | null;
      readonly message: string;
      readonly detail?: FailureDetail | null;
    }
);

/** Length of the prefix. A message has a prefix (the lengths of head and body), a head in JSON, and a body of bytes. */
export const PREFIX_BYTES = 8;
export const MAX_HEAD_BYTES = 64 * 1024;
/** Larger than the largest file that can be read (WENTU_MAX_IMAGE_BYTES). */
export const MAX_BODY_BYTES = 2 ** 30 + 2 ** 16;

/** Encodes the prefix and the head. The caller writes the body after them. */
export function encodeHead(head: Request | Reply, bodyBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const start = Buffer.allocUnsafe(PREFIX_BYTES + json.length);
  start.writeUInt32LE(json.length, 0);
  start.writeUInt32LE(bodyBytes, 4);
  json.copy(start, PREFIX_BYTES);
  return start;
}

/** @throws Error when a length is above its limit */
export function decodePrefix(prefix: Buffer): { headBytes: number; bodyBytes: number } {
  const [headBytes, bodyBytes] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
  if (headBytes > MAX_HEAD_BYTES || bodyBytes > MAX_BODY_BYTES)
    throw new Error(
      `a message between the server and its decoder has ${headBytes} and ${bodyBytes} bytes, which is too long`,
    );
  return { headBytes, bodyBytes };
}
