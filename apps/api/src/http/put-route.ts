import {
  InvalidInputError,
  parseGivenJson,
  WENTU_ERROR_CODES,
  WentuError,
  type GivenAttributes,
  type LoadFailure,
} from '@wentu/domain';
import { nodeId, type PutItem } from '@wentu/session';
import type { Request, Response } from 'express';
import type { SignImage } from '../graphql/context';
import { goneSignal } from './client-gone';
import type { SessionOf } from './session-of';
import { readRest } from './upload-route';

/**
 * `PUT /collections/<name>/images/<imageId>`: puts one picture, whose bytes are the body. 201 for a new image, else
 * 200. 422 for bytes that are no picture. The query has tags, `tag=…` for each, and `attributes={…}` as JSON.
 * @param signOf signs the address in the answer for clients with a key
 */
export function createPutRoute(sessionOf: SessionOf, signOf: (request: Request) => SignImage | undefined) {
  return async (request: Request, response: Response): Promise<void> => {
    const { name, imageId } = request.params as unknown as { name: string; imageId: string[] };
    const id = imageId.join('/');
    const item = (given: GivenAttributes | undefined): PutItem => ({
      imageId: id,
      ...(given ? { given } : {}),
      // A picture that is announced as too large is refused before it is sent.
      open: async () => ({ content: request, sizeBytes: Number(request.headers['content-length'] ?? 0) }),
    });
    try {
      const { results } = await sessionOf(request).puts.put(name, [item(givenIn(request, id))], goneSignal(response));
      const [{ failure, image, status, ...result }] = results as [(typeof results)[number]];
      if (status === 'FAILED' && failure) return await refuse(request, response, failure);
      const node = image && nodeId('Image', image.id);
      response.status(status === 'ADDED' ? 201 : 200).json({
        ...{ ...result, status, id: node, url: image && addressOf(image.id, signOf(request)) },
        ...(failure ? { failure } : {}),
      });
    } catch (error) {
      await readRest(request, response);
      throw error;
    }
  };
}

function addressOf(id: number, sign: SignImage | undefined): string {
  const signature = String(sign?.(String(id)) ?? '');
  return `/images/${id}${signature === '' ? '' : `?${signature}`}`;
}

/** @throws InvalidInputError */
function givenIn(request: Request, imageId: string): GivenAttributes | undefined {
  const { searchParams } = new URL(request.url, 'http://localhost');
  const [tags, attributes] = [searchParams.getAll('tag'), searchParams.getAll('attributes')];
  if (attributes.length > 1) throw new InvalidInputError('the query has attributes twice; give one JSON object');
  const owner = `image ${JSON.stringify(imageId.slice(0, 60))}`;
  const [json] = attributes;
  const given = json === undefined ? {} : parseGivenJson(`{"attributes": ${json}}`, `the query for ${owner}`);
  if (tags.length === 0) return json === undefined ? undefined : given;
  return { ...given, tags };
}

async function refuse(request: Request, response: Response, { code, message, detail }: LoadFailure): Promise<void> {
  const known = WENTU_ERROR_CODES.find((each) => each === code);
  if (known) throw new WentuError(known, message, { detail: detail ?? null });
  await readRest(request, response);
  response.status(422).json({ errors: [{ message, extensions: { code, ...(detail ? { detail } : {}) } }] });
}
