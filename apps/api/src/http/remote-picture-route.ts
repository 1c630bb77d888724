import { InvalidInputError, ItemError, LimitExceededError } from '@wentu/domain';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { goneSignal } from './client-gone';
import type { SessionOf } from './session-of';

const MAX_BODY_BYTES = 4_096;
/** No setting changes this limit. */
const TOO_LONG = `the request has more than ${MAX_BODY_BYTES} bytes; give a shorter address of a picture`;

/**
 * `POST /remote-picture` with `{ "url": … }`: the bytes at an address of a host in WENTU_FETCH_HOSTS, for a search with
 * that picture. 422 when the host does not send them.
 *
 * It is a POST with JSON, so no link, image or form of another site can start it, and a signed-in browser needs its
 * CSRF token. The answer is never a document of this origin, whatever the host has sent.
 */
export function createRemotePictureRoute(sessionOf: SessionOf): RequestHandler[] {
  const send = async (request: Request, response: Response): Promise<void> => {
    const { url } = Object(request.body) as { url?: unknown };
    if (typeof url !== 'string') throw new InvalidInputError('send JSON with { "url": … }, the address of a picture');
    try {
      const bytes = await sessionOf(request).searches.fetchPicture(url, goneSignal(response));
      response.set({
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': 'attachment',
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Cache-Control': 'no-store',
      });
      response.send(bytes);
    } catch (error) {
      if (!(error instanceof ItemError)) throw error;
      const { code, message, detail } = error;
      response.status(422).json({ errors: [{ message, extensions: { code, ...(detail ? { detail } : {}) } }] });
    }
  };
  const read = express.json({ limit: MAX_BODY_BYTES });
  const readShort = (request: Request, response: Response, next: NextFunction): void => {
    read(request, response, (error?: unknown) => {
      const { type } = Object(error) as { type?: unknown };
      next(type === 'entity.too.large' ? new LimitExceededError(TOO_LONG) : error);
    });
  };
  return [readShort, send];
}
