import type { ImageRow } from '@wentu/domain';
import type { Session } from '@wentu/session';
import { CollectionReads } from './collection-reads';
import { ListBudget } from './list-budget';
import { WordReads } from './word-reads';

/** The state that the resolvers of one operation share. The session has all use cases. */
export interface Context {
  readonly session: Session;
  /** Aborted when the client has disconnected or the operation has ended. */
  readonly signal: AbortSignal;
  readonly originals: OriginalBudget;
  readonly collections: CollectionReads;
  readonly lists: ListBudget;
  readonly words: WordReads;
  /** Parameters that let a client show the picture of an image without its key; empty for all others. */
  readonly signImage: SignImage;
}

/** @param id of a row */
export type SignImage = (id: string) => URLSearchParams;

const UNSIGNED: SignImage = () => new URLSearchParams();

/** @param maxDataBytes the limit for originals in one answer */
export function createContext(
  session: Session,
  signal: AbortSignal,
  maxDataBytes: number,
  signImage = UNSIGNED,
): Context {
  return {
    session,
    signal,
    originals: new OriginalBudget(session, maxDataBytes),
    collections: new CollectionReads(session),
    lists: new ListBudget(),
    words: new WordReads(session),
    signImage,
  };
}

/** Reads the originals of one answer, one after another, up to a limit of bytes. */
export class OriginalBudget {
  private left: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly session: Pick<Session, 'images'>,
    maxDataBytes: number,
  ) {
    this.left = maxDataBytes;
  }

  /** The original in base64; null when it is missing or the limit is reached. */
  async readBase64(image: ImageRow): Promise<string | null> {
    if (image.sizeBytes > this.left) return null;
    this.left -= image.sizeBytes;
    const read = this.last.then(() => this.session.images.original(image));
    this.last = read.catch(() => undefined);
    const bytes = await read;
    return bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') : null;
  }
}

/** The abort reason of an operation's signal. Other threads return it as an error with this name. */
export class GoneError extends Error {
  override readonly name = 'GoneError';

  static is(error: unknown): boolean {
    return error instanceof Error && error.name === 'GoneError';
  }
}
