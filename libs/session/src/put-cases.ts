import type { Readable } from 'node:stream';
import {
  checkGiven,
  InvalidInputError,
  ItemError,
  normalName,
  WentuError,
  type CollectionReader,
  type GivenAttributes,
  type ImageReader,
  type ImageRow,
  type LoadFailure,
  type LoadJob,
  type LoadReader,
} from '@wentu/domain';
import type { LoadService } from '@wentu/search';
import { Gate } from './gate';
import type { UploadPort } from './upload-cases';

export interface PutPorts {
  readonly uploads: UploadPort;
  readonly loads: Pick<LoadService, 'start' | 'checkTarget'>;
  readonly queue: Pick<LoadReader, 'listFailures'>;
  readonly collections: Pick<CollectionReader, 'find'>;
  readonly images: Pick<ImageReader, 'findAll'>;
  /** Fetches pictures from the hosts that the server allows. */
  readonly remote: { open(url: string, signal: AbortSignal): Promise<PutContent> };
  /** Waits until the load ends or the signal aborts. */
  readonly untilEnded: (job: LoadJob, signal: AbortSignal) => Promise<LoadJob>;
}

/** The bytes of a picture file. `sizeBytes` is the announced size; 0 when it is not known. */
export interface PutContent {
  readonly content: Readable;
  readonly sizeBytes: number;
}

/** A picture under an id of the caller: its bytes, or the address from which the server fetches them. */
export type PutItem = {
  readonly imageId: string;
  /** Tags and attributes. A part that is absent stays as it is. */
  readonly given?: GivenAttributes;
} & (
  | {
      /** @throws ItemError, WentuError: the failure of this item */
      open(): Promise<PutContent>;
    }
  | { readonly url: string }
);

/** FAILED: an earlier version of the image stays. */
export type PutStatus = 'ADDED' | 'REPLACED' | 'UNCHANGED' | 'FAILED';

export interface PutResult {
  readonly imageId: string;
  readonly status: PutStatus;
  /** The image that has this id now. */
  readonly image: ImageRow | null;
  /** Why the status is FAILED, or why a picture that was put lacks attributes (BAD_ATTRIBUTES). */
  readonly failure: LoadFailure | null;
}

export interface PutOutcome {
  /** Name of the collection. */
  readonly collection: string;
  /** In the order of the items. */
  readonly results: readonly PutResult[];
}

export const MAX_PUT = 1_000;
/** Number of calls that receive pictures at the same time. Each has an open upload. */
const MAX_RECEIVING = 8;
const MAX_WAITING = 256;
/** Number of pictures of one call that are received at the same time. Each may wait for another server. */
const MAX_OPENED = 8;

/** Puts pictures under ids of the caller. A put is an upload and its load, so it follows the protocol of all loads. */
export class PutCases {
  private readonly receiving = new Gate(MAX_RECEIVING, MAX_WAITING);

  constructor(private readonly ports: PutPorts) {}

  /**
   * Adds pictures, replaces those whose bytes have changed, and leaves equal ones as they are. When it resolves,
   * searches find them.
   * @throws InvalidInputError for a list that is empty, too long, or has an id twice
   */
  async put(collection: string, items: readonly PutItem[], signal: AbortSignal): Promise<PutOutcome> {
    const { loads, queue, untilEnded } = this.ports;
    const name = normalName(collection);
    const ids = items.map(({ imageId }) => normalName(imageId));
    checkIds(ids);
    await loads.checkTarget(name);
    const before = await this.rows(name, ids);
    const failures = new Map<string, LoadFailure>();
    const job = await this.send(name, items, failures, signal);
    let ended: LoadJob | null = null;
    if (job) {
      ended = await untilEnded(job, signal);
      signal.throwIfAborted();
      for (const failure of await queue.listFailures(job.id, MAX_PUT, 0)) failures.set(failure.item, failure);
    }
    const after = await this.rows(ended?.collection ?? name, ids);
    const isWhole = ended?.status === 'SUCCEEDED' || ended?.status === 'PARTIAL';
    const results = ids.map((imageId): PutResult => {
      const [old, image = null] = [before.get(imageId), after.get(imageId)];
      // Without its end, a load says nothing about an image that is as before.
      const isPut = image !== null && (isWhole || image.id !== old?.id);
      const failure = failures.get(imageId) ?? (isPut ? null : failureOf(imageId, ended));
      const isNote = failure?.code === 'BAD_ATTRIBUTES' && isPut;
      if (failure && !isNote) return { imageId, status: 'FAILED', image, failure };
      const status = !old ? 'ADDED' : old.id === image?.id ? 'UNCHANGED' : 'REPLACED';
      return { imageId, status, image, failure };
    });
    return { collection: ended?.collection ?? name, results };
  }

  /** Receives the pictures and queues their load. @returns null when no picture arrived */
  private async send(
    collection: string,
    items: readonly PutItem[],
    failures: Map<string, LoadFailure>,
    signal: AbortSignal,
  ): Promise<LoadJob | null> {
    const { uploads, loads } = this.ports;
    return await this.receiving.run(async () => {
      const id = await uploads.create('ids');
      try {
        const given = givenOf(items, failures);
        const accepted = items.filter(({ imageId }) => !failures.has(normalName(imageId)));
        await this.receiveAll(id, accepted, failures, signal);
        if (failures.size === items.length) return null;
        const options = { copyImages: true, isUpload: true, isPut: true };
        return await uploads.handOver(id, (directory) => loads.start(collection, directory, options), given);
      } finally {
        // A load has taken the files, or nothing will.
        await uploads.discard(id);
      }
    }, signal);
  }

  /** @throws the first error that is not that of one item, when no item is being received any more */
  private async receiveAll(
    id: string,
    items: readonly PutItem[],
    failures: Map<string, LoadFailure>,
    signal: AbortSignal,
  ): Promise<void> {
    const waiting = items.values();
    const stopping = new AbortController();
    const receiveSome = async (): Promise<void> => {
      for (const item of waiting) {
        signal.throwIfAborted();
        if (stopping.signal.aborted) return;
        await this.receive(id, item, failures, AbortSignal.any([signal, stopping.signal]));
      }
    };
    const receiving = Array.from({ length: MAX_OPENED }, async () => {
      await receiveSome().catch((error: unknown) => {
        stopping.abort();
        throw error;
      });
    });
    const failed = (await Promise.allSettled(receiving)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async receive(
    id: string,
    put: PutItem,
    failures: Map<string, LoadFailure>,
    signal: AbortSignal,
  ): Promise<void> {
    const { remote, uploads } = this.ports;
    try {
      if ('open' in put) {
        const { content, sizeBytes } = await put.open();
        return await uploads.receive(id, put.imageId, content, sizeBytes);
      }
      const { content, sizeBytes } = await remote.open(put.url, signal);
      try {
        await uploads.receive(id, put.imageId, content, sizeBytes);
      } finally {
        content.destroy();
      }
    } catch (error) {
      const isOfItem = error instanceof ItemError || (error instanceof WentuError && error.code !== 'UNAVAILABLE');
      if (!isOfItem) throw error;
      const message = error instanceof WentuError ? error.publicMessage : error.message;
      const item = normalName(put.imageId);
      failures.set(item, { item, code: error.code, message, detail: error.detail });
    }
  }

  private async rows(name: string, ids: readonly string[]): Promise<Map<string, ImageRow>> {
    const collection = await this.ports.collections.find(name);
    const rows = collection ? await this.ports.images.findAll(collection.id, ids) : [];
    return new Map(rows.map((row) => [row.imageId, row]));
  }
}

/** What the pictures get, by id. @param failures gets those whose values cannot be stored */
function givenOf(items: readonly PutItem[], failures: Map<string, LoadFailure>): Map<string, GivenAttributes> {
  const givenTo = new Map<string, GivenAttributes>();
  for (const { imageId, given } of items) {
    const item = normalName(imageId);
    try {
      if (given) givenTo.set(item, checkGiven(given, `image ${JSON.stringify(item.slice(0, 60))}`));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      failures.set(item, { item, code: error.code, message: error.message, detail: error.detail });
    }
  }
  return givenTo;
}

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0 || ids.length > MAX_PUT)
    throw new InvalidInputError(`images has ${ids.length} entries; give 1 to ${MAX_PUT} per call`);
  const places = new Map<string, number>();
  for (const [i, id] of ids.entries()) {
    const other = places.get(id);
    if (other !== undefined)
      throw new InvalidInputError(
        `images[${other}] and images[${i}] have the imageId ${JSON.stringify(id.slice(0, 200))}; give each id once`,
      );
    places.set(id, i);
  }
}

/** The failure of a picture that has no line of its own: the load as a whole did not end well. */
function failureOf(imageId: string, job: LoadJob | null): LoadFailure {
  if (job?.error) return { ...job.error, item: imageId };
  return {
    item: imageId,
    code: 'CONFLICT',
    message: 'the image was deleted, or its load was cancelled, before the call ended; put it again',
  };
}
