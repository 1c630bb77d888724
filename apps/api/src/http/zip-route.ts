import { InvalidInputError, NotFoundError, type ImageRow } from '@wentu/domain';
import type { Request, Response } from 'express';
import { ClientGates } from '../limits/client-gates';
import type { ClientKey } from '../limits/client-key';
import { goneSignal, isClientGone } from './client-gone';
import { safeFileName } from './file-names';
import { sendZip } from './send-zip';
import type { SessionOf } from './session-of';
import { ZipTickets } from './zip-tickets';

/** Zip files that are sent at once, to one client and to all, and as many that wait. Each holds up to 10,000 rows. */
const LIMITS = { perClient: 8, all: 24 };
/** A zip file is as dear as a query of this cost for each picture. */
const COST_OF_A_PICTURE = 10;
const MAX_NAME = 100;
/** Longer texts are no ids. */
const MAX_ID = 32;

/** Takes the points of a request from its client. @throws RateLimitedError */
type Spend = (request: Request, cost: number) => Promise<void>;

/**
 * Zip files of pictures. `POST /images/zip` with `{ "ids": ["Image:1"], "name": "小狗" }` answers with an address,
 * `GET` of that address sends the file. With two steps a browser downloads the file by itself, and the page is told
 * at once what is wrong.
 */
export function createZipRoutes(sessionOf: SessionOf, spend: Spend, clientKey: ClientKey) {
  const tickets = new ZipTickets();
  const gates = new ClientGates(clientKey, LIMITS);

  const order = async (request: Request, response: Response): Promise<void> => {
    const wanted = orderIn(request.body);
    const found = await sessionOf(request).images.forZip(wanted.ids);
    // Numbers, because 256 orders of 10,000 ids as texts would have 140 MB.
    const ticket = tickets.add({ ids: found.map(({ id }) => id), name: wanted.name });
    const sizeBytes = found.reduce((sum, image) => sum + image.sizeBytes, 0);
    response
      .status(201)
      .set('Cache-Control', 'no-store')
      .json({ url: `/images/zip/${ticket}`, count: found.length, sizeBytes });
  };

  const send = async (request: Request, response: Response): Promise<void> => {
    const { images } = sessionOf(request);
    const wanted = tickets.find(String(request.params['ticket']));
    if (!wanted)
      throw new NotFoundError('this address of a zip file is not valid any more; POST /images/zip gives another one');
    const found = await images.forZip(wanted.ids.map(String));
    const begin = (): void => {
      response.attachment(`${wanted.name}.zip`);
      response.set({ 'Content-Type': 'application/zip', 'Cache-Control': 'no-store' });
    };
    // Express answers HEAD with the route of GET, which would read every original for nothing.
    if (request.method === 'HEAD') {
      begin();
      response.end();
      return;
    }
    await spend(request, COST_OF_A_PICTURE * found.length);
    const signal = goneSignal(response);
    try {
      const write = async (): Promise<void> => {
        begin();
        await sendZip(found, async (image: ImageRow) => await images.openOriginal(image), response, signal);
      };
      await gates.run(request, write, signal);
    } catch (error) {
      if (!signal.aborted && !isClientGone(error)) throw error;
    }
  };
  return { order, send };
}

/** @throws InvalidInputError */
function orderIn(body: unknown): { readonly ids: readonly string[]; readonly name: string } {
  const { ids, name = '' } = Object(body) as { readonly ids?: unknown; readonly name?: unknown };
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string' && id.length <= MAX_ID))
    throw new InvalidInputError('the body has no list of ids; send JSON such as {"ids": ["Image:1"]}');
  if (typeof name !== 'string' || name.length > MAX_NAME)
    throw new InvalidInputError(`name is no text of at most ${MAX_NAME} characters; it is that of the zip file`);
  return { ids: ids as string[], name: safeFileName(name.trim() === '' ? 'wentu' : name.replaceAll('/', '_'), '') };
}
