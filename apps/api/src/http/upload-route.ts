import { finished } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { SessionOf } from './session-of';

/** After a refusal, the rest of the file is read for so long. */
const DRAIN_MS = 2_000;

/** `PUT /uploads/<id>/<path>`: receives one file of an upload. 204 when it has arrived completely. */
export function createUploadRoute(sessionOf: SessionOf) {
  return async (request: Request, response: Response): Promise<void> => {
    const { id, path } = request.params as unknown as { id: string; path: string[] };
    try {
      // A file that is announced as too large is refused before it is sent.
      const sizeBytes = Number(request.headers['content-length'] ?? 0);
      await sessionOf(request).uploads.receive(id, path.join('/'), request, sizeBytes);
    } catch (error) {
      await readRest(request, response);
      throw error;
    }
    response.status(204).end();
  };
}

/** Call it before a refusal: a client that is still sending does not read an answer. */
export async function readRest(request: Request, response: Response): Promise<void> {
  if (request.readableEnded) return;
  request.resume();
  await finished(request, { signal: AbortSignal.timeout(DRAIN_MS) }).catch(() => undefined);
  response.set('Connection', 'close');
}
