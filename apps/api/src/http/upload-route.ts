import { finished } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { SessionOf } from './session-of';

/** How long the rest of a file that is refused is read: whoever is still sending does not hear an answer. */
const DRAIN_MS = 2_000;

/** `PUT /uploads/<id>/<path>`: one file of an upload, as it is. 204 when it has come whole. */
export function createUploadRoute(sessionOf: SessionOf) {
  return async (request: Request, response: Response): Promise<void> => {
    const { id, path } = request.params as unknown as { id: string; path: string[] };
    try {
      // What is announced to be too large is refused before it is sent.
      const sizeBytes = Number(request.headers['content-length'] ?? 0);
      await sessionOf(request).uploads.receive(id, path.join('/'), request, sizeBytes);
    } catch (error) {
      request.resume();
      await finished(request, { signal: AbortSignal.timeout(DRAIN_MS) }).catch(() => undefined);
      response.set('Connection', 'close');
      throw error;
    }
    response.status(204).end();
  };
}
