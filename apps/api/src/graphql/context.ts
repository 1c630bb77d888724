import type { ImageRow } from '@wentu/domain';
import type { Session } from '@wentu/session';
import { CollectionReads } from './collection-reads';
import { ListBudget } from './list-budget';

/** What one operation's resolvers share. All they may do is in the session. */
export interface Context {
  readonly session: Session;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  readonly originals: OriginalBudget;
  readonly collections: CollectionReads;
  readonly lists: ListBudget;
}

/** @param maxDataBytes of originals in one answer */
export function createContext(session: Session, signal: AbortSignal, maxDataBytes: number): Context {
  return {
    session,
    signal,
    originals: new OriginalBudget(session, maxDataBytes),
    collections: new CollectionReads(session),
    lists: new ListBudget(),
  };
}

/** Reads originals for one answer until its byte budget is spent, one after another. */
export class OriginalBudget {
  private left: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly session: Pick<Session, 'images'>,
    maxDataBytes: number,
  ) {
    this.left = maxDataBytes;
  }

  /** Base64 of the original; null when it is gone or the budget is spent. */
  async readBase64(image: ImageRow): Promise<string | null> {
    if (image.sizeBytes > this.left) return null;
    this.left -= image.sizeBytes;
    const read = this.last.then(() => this.session.images.original(image));
    this.last = read.catch(() => undefined);
    const bytes = await read;
    return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') : null;
  }
}

/** Why a signal of an operation is aborted; comes back from other threads as an error of this name. */
export class GoneError extends Error {
  override readonly name = 'GoneError';

  static is(error: unknown): boolean {
    return error instanceof Error && error.name === 'GoneError';
  }
}
