import {
  ForbiddenError,
  noCollection,
  noLoad,
  normalName,
  NotFoundError,
  sentence,
  type Collection,
  type CollectionReader,
  type ImageReader,
  type LoadReader,
} from '@wentu/domain';
import { findDefaultCollection, type SearchScope } from '@wentu/search';
import { parseId } from './node-id';
import type { Principal } from './rights';
import type { Query, QueryPart } from './search-cases';

export interface BoundPorts {
  readonly collections: Pick<CollectionReader, 'find' | 'findById' | 'list'>;
  readonly images: Pick<ImageReader, 'get' | 'findSource'>;
  readonly queue: Pick<LoadReader, 'find'>;
}

/**
 * The collections of a principal that is bound to some. All others do not exist for it: the errors are those of
 * unknown names and ids. Use cases that belong to no collection, such as folders of the server, are forbidden.
 */
export class Bounds {
  constructor(
    private readonly ports: BoundPorts,
    private readonly principal: Pick<Principal, 'name'>,
    readonly ids: ReadonlySet<number>,
  ) {}

  has({ id }: Pick<Collection, 'id'>): boolean {
    return this.ids.has(id);
  }

  /** The collection of this name; null when it does not exist for the principal. */
  async find(name: string): Promise<Collection | null> {
    const found = await this.ports.collections.find(normalName(name));
    return found && this.has(found) ? found : null;
  }

  async list(): Promise<Collection[]> {
    return (await this.ports.collections.list()).filter((each) => this.has(each));
  }

  /** @returns the stored name @throws NotFoundError */
  async name(name: string): Promise<string> {
    const found = await this.find(name);
    if (!found) throw noCollection(name);
    return found.name;
  }

  /** @param name null: the default collection among those of the principal @throws NotFoundError */
  async nameOrDefault(name: string | null): Promise<string> {
    const reader = { find: (each: string) => this.find(each), list: () => this.list() };
    return await this.name(name ?? (await findDefaultCollection(reader)));
  }

  /** The collections of a search. Those of a cursor are compared with them too. */
  async scope(scope: string | SearchScope | null): Promise<string | SearchScope> {
    if (scope === null || typeof scope === 'string') return await this.nameOrDefault(scope);
    const names =
      'names' in scope
        ? await Promise.all(scope.names.map((name) => this.name(name)))
        : (await this.list()).map(({ name }) => name);
    if (names.length === 0) throw new NotFoundError(sentence('KEY_COLLECTIONS_GONE'));
    return { names, among: this.ids };
  }

  /** Images of a query may be in any collection. @throws NotFoundError as a search does for an unknown image */
  async checkQuery(query: Query): Promise<void> {
    const parts: readonly QueryPart[] = 'all' in query ? query.all : [query];
    const wanted = parts.flatMap((part) => ('image' in part ? [part.image] : []));
    const ids = wanted.flatMap((id) => parseId(id, 'Image') ?? []);
    const rows = ids.length === 0 ? [] : await this.ports.images.get(ids);
    const own = new Set(rows.filter((row) => this.ids.has(row.collectionId)).map(({ id }) => id));
    const foreign = ids.find((id) => !own.has(id));
    if (foreign !== undefined) throw new NotFoundError(sentence('NO_IMAGE_ID', { id: foreign }));
  }

  /** For the id of a collection, which the use cases themselves return only for own collections. */
  check(collectionId: number): void {
    if (!this.ids.has(collectionId)) throw noCollection(`Collection:${collectionId}`);
  }

  /** @throws NotFoundError */
  async checkLoad(id: string): Promise<void> {
    const number = parseId(id, 'LoadJob');
    const job = number === null ? null : await this.ports.queue.find(number);
    if (!this.ids.has(job?.collectionId ?? -1)) throw noLoad(id);
  }

  async hasSource(id: string): Promise<boolean> {
    const number = parseId(id, 'Source');
    const source = number === null ? null : await this.ports.images.findSource(number);
    return this.ids.has(source?.collectionId ?? -1);
  }

  /** @throws NotFoundError */
  async checkSource(id: string): Promise<void> {
    if (!(await this.hasSource(id))) throw new NotFoundError(sentence('NO_SOURCE_OF_ID', { id: id.slice(0, 64) }));
  }

  /** @throws ForbiddenError always */
  refuse(): never {
    const who = this.principal.name ?? 'you';
    throw new ForbiddenError(sentence('KEY_BOUND', { name: who }));
  }
}
