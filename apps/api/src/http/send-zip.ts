import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WentuError, type ByteStream, type ImageRow } from '@wentu/domain';
import { ZipFile } from 'yazl';
import { safeFileName, UniqueNames } from './file-names';

/** In the zip file: the pictures that are not in it, or not completely. The name of a picture never ends in .txt. */
export const MISSING_NAME = 'missing-pictures.txt';

const GONE = 'the original is not where it was loaded from, or has changed since';
const UNREADABLE = 'the original could not be read now; download it again later';
const BROKEN = 'the original could not be read to its end; the file in this zip is incomplete';

/**
 * Writes the originals of images into a zip file, one after the other, as fast as the client reads. They are stored as
 * they are, because pictures are compressed already. A picture that cannot be read is a line in a text file at the end.
 * @param open the original; null: it is missing
 * @param signal aborts when the client disconnects
 * @throws the error of the stream that is written to
 */
export async function sendZip(
  images: readonly ImageRow[],
  open: (image: ImageRow) => Promise<ByteStream | null>,
  to: Writable,
  signal: AbortSignal,
): Promise<void> {
  const zip = new ZipFile();
  const names = new UniqueNames();
  const missing: string[] = [];
  const failed = new AbortController();
  const left = AbortSignal.any([signal, failed.signal]);
  const fill = async (): Promise<void> => {
    for (const image of images) {
      left.throwIfAborted();
      const original = await open(image).catch(reasonOf);
      if (original === null || typeof original === 'string') {
        missing.push(`${lineOf(image.imageId)}: ${original ?? GONE}`);
        continue;
      }
      const content = Readable.from(
        untilBroken(original, () => missing.push(`${lineOf(image.imageId)}: ${BROKEN}`)),
        { objectMode: false },
      );
      const ended = once(content, 'end', { signal: left });
      zip.addReadStream(content, names.add(safeFileName(image.imageId, image.mimeType)), {
        compress: false,
        mtime: timeOf(image),
      });
      try {
        await ended;
      } finally {
        // The client has left: the file is closed at once.
        if (left.aborted) for (const stream of [content, original]) stream.destroy();
      }
    }
    if (missing.length > 0) zip.addBuffer(Buffer.from(`${missing.join('\r\n')}\r\n`), MISSING_NAME);
    zip.end();
  };
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  // If one of the two fails, the other one ends too.
  const sent = pipeline(output, to, { signal }).finally(() => failed.abort());
  const filled = fill().catch((error: unknown) => output.destroy(error as Error));
  await sent.finally(async () => await filled);
}

/** A store or a disk that does not answer says nothing about the file. */
function reasonOf(error: unknown): string {
  return error instanceof WentuError ? error.publicMessage : UNREADABLE;
}

/** An id is one line, whatever characters it has. */
function lineOf(imageId: string): string {
  return imageId.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}

/** The bytes until they end, or until they cannot be read: an entry that has begun cannot be taken back. */
async function* untilBroken(stream: ByteStream, onBroken: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of stream) yield piece;
  } catch {
    onBroken();
  }
}

/** When the file was changed last, else when the picture was taken. */
function timeOf({ original, facts }: ImageRow): Date {
  if (original.kind === 'reference') return new Date(original.modifiedAtMs);
  return facts.takenAt === null ? new Date() : new Date(facts.takenAt.atMs);
}
