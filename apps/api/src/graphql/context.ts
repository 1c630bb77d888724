import type { ExifField, ImageRow } from '@wentu/domain';
import type { Session } from '@wentu/session';
import { CollectionReads } from './collection-reads';
import type { RequestLife } from '../limits/request-life';
import type { AnswerBytes } from '../limits/sending-bytes';
import type { Turns } from '../limits/turns';
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
  /** Takes the points of an operation of this cost from the client. @throws RateLimitedError */
  spend(cost: number): Promise<void>;
  /** Tells the number of all collections, which the cost of later queries depends on. Set when the operation begins. */
  collectionCount?: (count: number) => void;
  /** Lets the next request begin. Further calls do nothing. */
  leaveTurn(): void;
  /** Begins to measure the time of the operation. @returns the function that stops the clock */
  startClock(timeoutMs: number): () => void;
}

export interface ContextOptions {
  readonly session: Session;
  readonly life: RequestLife;
  /** The limit for originals in one answer. */
  readonly maxDataBytes: number;
  /** Counts the originals in memory. */
  readonly bytes: Pick<AnswerBytes, 'take'>;
  readonly spend: (cost: number) => Promise<void>;
  readonly leaveTurn: () => void;
  readonly turns: Turns;
  /** Absent: pictures need no key. */
  readonly signImage?: SignImage | undefined;
}

/** @param id of a row */
export type SignImage = (id: string) => URLSearchParams;

const UNSIGNED: SignImage = () => new URLSearchParams();

export function createContext({
  session,
  life,
  maxDataBytes,
  bytes,
  spend,
  leaveTurn,
  turns,
  signImage = UNSIGNED,
}: ContextOptions): Context {
  const { signal } = life;
  return {
    session,
    signal,
    originals: new OriginalBudget(session, maxDataBytes, bytes, signal),
    collections: new CollectionReads(session),
    lists: new ListBudget(signal, turns),
    words: new WordReads(session),
    signImage,
    spend,
    leaveTurn,
    startClock: (timeoutMs) => life.startClock(timeoutMs),
  };
}

/** The bytes, their base64, and the base64 in the answer. */
const COPIES = 3;

/** Reads the originals of one answer, one after another, up to a limit of bytes. */
export class OriginalBudget {
  private left: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly session: Pick<Session, 'images'>,
    maxDataBytes: number,
    private readonly bytes: Pick<AnswerBytes, 'take'>,
    private readonly signal: AbortSignal,
  ) {
    this.left = maxDataBytes;
  }

  /** The fields of the EXIF block; null when the original is missing. @throws the reason of the signal */
  async readExif(image: ImageRow): Promise<readonly ExifField[] | null> {
    const read = this.last.then(async () => {
      this.signal.throwIfAborted();
      return await this.session.images.exif(image, this.signal);
    });
    this.last = read.catch(() => undefined);
    return await read;
  }

  /**
   * The original in base64; null when it is missing or the limit is reached.
   * @throws OverloadedError when the answers of all clients have too many bytes; the reason of the signal
   */
  async readBase64(image: ImageRow): Promise<string | null> {
    if (image.sizeBytes > this.left) return null;
    this.left -= image.sizeBytes;
    this.bytes.take(COPIES * image.sizeBytes);
    const read = this.last.then(async () => {
      this.signal.throwIfAborted();
      return await this.session.images.original(image);
    });
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
