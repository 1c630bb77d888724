import { isAscii } from 'node:buffer';
import { LimitExceededError, UnavailableError } from '@wentu/domain';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** Every request may have so many bytes; what is larger carries pictures. */
export const MAX_ORDINARY_BYTES = 1024 * 1024;
/** Larger requests that are held at once, in bytes; one may always come. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;
/** A string that is shorter counts as any other part of a request. */
const MIN_PICTURE_BYTES = 16 * 1024;
const QUOTE = 0x22;
/** The head of a data URL ends within that. */
const MAX_HEAD_BYTES = 256;
const NOT_IN_BASE64 = [' ', ',', ':', '[', '{'];

/**
 * Reads the JSON of a request. One above MAX_ORDINARY_BYTES says its length, and what is in it beside base64 is no
 * larger than that: 16 MiB of brackets take JSON.parse 1.5 s and 360 MB, 16 MiB of base64 27 ms.
 */
export function createBodyReader(maxBytes: number): RequestHandler {
  const readOrdinary = express.json({ limit: Math.min(maxBytes, MAX_ORDINARY_BYTES) });
  const readLarge = express.json({
    limit: maxBytes,
    verify: (_request, _response, body) => {
      checkShape(body);
    },
  });
  let heldBytes = 0;
  return (request: Request, response: Response, next: NextFunction): void => {
    const bytes = Number(request.headers['content-length'] ?? 0);
    if (bytes <= MAX_ORDINARY_BYTES || bytes > maxBytes) {
      // Also what is too large: it is refused before it is read.
      (bytes > maxBytes ? readLarge : readOrdinary)(request, response, next);
      return;
    }
    if (heldBytes > 0 && heldBytes + bytes > MAX_HELD_BYTES) {
      next(new UnavailableError('too many requests with large pictures at once; try again in a moment'));
      return;
    }
    heldBytes += bytes;
    response.once('close', () => (heldBytes -= bytes));
    readLarge(request, response, next);
  };
}

/** @throws LimitExceededError when there is too much beside base64 */
export function checkShape(body: Buffer): void {
  let others = 0;
  for (let from = 0; from < body.length;) {
    const quote = body.indexOf(QUOTE, from);
    const to = quote < 0 ? body.length : quote;
    if (to - from < MIN_PICTURE_BYTES || !isBase64(body, from, to)) others += to - from + 1;
    if (others > MAX_ORDINARY_BYTES) {
      throw new LimitExceededError(
        `the request has more than ${MAX_ORDINARY_BYTES} bytes beside its pictures; WENTU_MAX_BODY_BYTES is for pictures in base64`,
      );
    }
    from = to + 1;
  }
}

/**
 * What is between two quotes and may be base64, also of a data URL: neither structure of JSON nor text. It is looked at
 * by native code only.
 */
function isBase64(body: Buffer, from: number, to: number): boolean {
  const comma = body.subarray(from, Math.min(to, from + MAX_HEAD_BYTES)).indexOf(',');
  const data = body.subarray(from + comma + 1, to);
  return isAscii(data) && !NOT_IN_BASE64.some((character) => data.includes(character));
}
