import type { WordLine } from '@wentu/domain';
import type { Session } from '@wentu/session';

/** Largest number of images in one read. */
const MOST = 1_000;

/**
 * Reads the words of the images in one answer. Images that are asked for in one turn of the event loop share one store
 * read. Nothing is cached after that.
 */
export class WordReads {
  private next: {
    readonly ids: Set<number>;
    readonly reading: Promise<ReadonlyMap<number, readonly WordLine[]>>;
  } | null = null;

  constructor(private readonly session: Pick<Session, 'images'>) {}

  /** @param id of the image's row */
  async linesOf(id: number): Promise<readonly WordLine[]> {
    if (this.next === null || this.next.ids.size >= MOST) this.next = this.begin();
    this.next.ids.add(id);
    return (await this.next.reading).get(id) ?? [];
  }

  private begin(): NonNullable<WordReads['next']> {
    const ids = new Set<number>();
    const reading = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      if (this.next?.ids === ids) this.next = null;
      return await this.session.images.words([...ids]);
    });
    return { ids, reading };
  }
}
