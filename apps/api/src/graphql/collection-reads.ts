import type { Collection } from '@wentu/domain';
import type { Session } from '@wentu/session';

/**
 * Reads the collections of the images and loads in one answer. Concurrent reads of one collection share one store read,
 * because the hits of a page have the same collection. Nothing is cached after that, so later answers of a subscription
 * are current.
 */
export class CollectionReads {
  private readonly underWay = new Map<string, Promise<Collection | null>>();

  constructor(private readonly session: Pick<Session, 'collections'>) {}

  async byId(id: number): Promise<Collection | null> {
    return await this.once(`id ${id}`, () => this.session.collections.byId(String(id)));
  }

  async byName(name: string): Promise<Collection | null> {
    return await this.once(`name ${name}`, () => this.session.collections.find(name));
  }

  private async once(key: string, read: () => Promise<Collection | null>): Promise<Collection | null> {
    let reading = this.underWay.get(key);
    if (!reading) {
      reading = read().finally(() => this.underWay.delete(key));
      this.underWay.set(key, reading);
    }
    return await reading;
  }
}
