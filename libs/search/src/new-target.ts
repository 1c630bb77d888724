import type { Collection, NewSpace } from '@wentu/domain';
import type { CollectionAdmin } from './collection-admin';
import type { LoadTarget } from './load-run';
import { checkSpace } from './source-spaces';

/** The collection of a load. It is created with the first image. */
export class NewTarget implements LoadTarget {
  constructor(
    private readonly admin: CollectionAdmin,
    private readonly name: string,
    private readonly wanted: NewSpace,
    public collection: Collection | null,
  ) {}

  get space(): string {
    return this.wanted.space;
  }

  async make(): Promise<Collection> {
    const made = await this.admin.findOrCreate(this.name, this.wanted);
    // Another call may have created it meanwhile, for another model.
    checkSpace(made, this.wanted);
    this.collection = made;
    return made;
  }
}
