import type { ItemErrorCode } from '@wentu/domain';
import type { PictureLimits } from '../limits';
import type { PictureOptions } from '../read-picture';
import type { Rendition } from '../render-picture';

/** What a decoder process is asked for; one at a time. */
export type Task =
  | { readonly kind: 'inspect'; readonly options: PictureOptions }
  | { readonly kind: 'prepare'; readonly options: PictureOptions; readonly preview: boolean }
  | { readonly kind: 'render'; readonly limits: PictureLimits; readonly rendition: Rendition };

/** Its bytes follow: the picture's file. */
export interface Request {
  readonly task: Task;
  /** Memory that the task may take, in bytes. Where the header says that it takes more, it asks for that first. */
  readonly grantedBytes: number;
  /** The process ends itself above it, in bytes of its resident memory. */
  readonly maxRssBytes: number;
}

/** Their bytes follow, in the order of `parts`. */
export type Reply = { readonly rssBytes: number } & (
  | { readonly kind: 'done'; readonly header: object; readonly parts: readonly { name: string; length: number }[] }
  /** Nothing was decoded: the task takes so much memory. */
  | { readonly kind: 'needs'; readonly bytes: number }
  /** `code` is null for a bug. */
  | { readonly kind: 'failed'; readonly code: ItemErrorCode | null; readonly message: string }
);

/** A message is the length of its head and of its body, the head in JSON, and the body: bytes as they are. */
export const PREFIX_BYTES = 8;
export const MAX_HEAD_BYTES = 64 * 1024;
/** Above the largest file that can be read (WENTU_MAX_IMAGE_BYTES). */
export const MAX_BODY_BYTES = 2 ** 30 + 2 ** 16;

/** The prefix and the head; the body is written behind them. */
export function encodeHead(head: Request | Reply, bodyBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const start = Buffer.allocUnsafe(PREFIX_BYTES + json.length);
  start.writeUInt32LE(json.length, 0);
  start.writeUInt32LE(bodyBytes, 4);
  json.copy(start, PREFIX_BYTES);
  return start;
}

/** @throws Error for lengths that no message has */
export function decodePrefix(prefix: Buffer): { headBytes: number; bodyBytes: number } {
  const [headBytes, bodyBytes] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)];
  if (headBytes > MAX_HEAD_BYTES || bodyBytes > MAX_BODY_BYTES)
    throw new Error(`a message of ${headBytes} and ${bodyBytes} bytes between the server and its decoder`);
  return { headBytes, bodyBytes };
}
