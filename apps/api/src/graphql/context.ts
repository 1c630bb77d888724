import { InvalidInputError, type ImageRow } from '@wentu/domain';
import type { App } from '@wentu/composition';
import DataLoader from 'dataloader';

/** What one operation's resolvers share. */
export interface Context {
  readonly app: App;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** READY versions by collection and the user's own id, many in one read. */
  readonly imagesByOwnId: DataLoader<{ collectionId: number; imageId: string }, ImageRow | null, string>;
  readonly originals: OriginalBudget;
}

export function createContext(app: App, signal: AbortSignal): Context {
  return {
    app,
    signal,
    imagesByOwnId: new DataLoader(
      async (keys) => {
        const found = new Map<string, ImageRow>();
        for (const collectionId of new Set(keys.map((key) => key.collectionId))) {
          const wanted = keys.filter((key) => key.collectionId === collectionId).map((key) => key.imageId);
          for (const row of await app.reader.images.findAll(collectionId, wanted)) found.set(ownIdKey(row), row);
        }
        return keys.map((key) => found.get(ownIdKey(key)) ?? null);
      },
      { cacheKeyFn: ownIdKey },
    ),
    originals: new OriginalBudget(app),
  };
}

function ownIdKey({ collectionId, imageId }: { collectionId: number; imageId: string }): string {
  return `${collectionId}/${imageId}`;
}

/** Reads originals for one answer until its byte budget is spent, one after another. */
export class OriginalBudget {
  private left: number;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly app: App) {
    this.left = app.config.limits.maxAnswerDataBytes;
  }

  /** Base64 of the original; null when it is gone or the budget is spent. */
  async readBase64(image: ImageRow): Promise<string | null> {
    if (image.sizeBytes > this.left) return null;
    this.left -= image.sizeBytes;
    const read = this.last.then(() => this.app.originals.read(image));
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

/** GraphQL's Int is 32-bit, its ID a string; ours are safe integers. @returns NaN for what is no id of ours */
export function parseId(id: string): number {
  return /^[1-9]\d{0,15}$/.test(id) ? Number(id) : Number.NaN;
}

/** @throws InvalidInputError: an argument out of its range has one code everywhere, above and below */
export function checkPage(name: string, value: number, max: number): number {
  if (value >= 0 && value <= max) return value;
  throw new InvalidInputError(`${name} is ${value}; give 0 to ${max}`);
}
