import { strict as assert } from 'node:assert';
import type { Ids } from '@wentu/domain';
import type { EntityManager } from 'typeorm';
import type { Database } from './database';
import { IdCounterEntity } from './entities/store-info.entity';

export class TypeOrmIds implements Ids {
  constructor(private readonly database: Database) {}

  async reserve(count: number): Promise<number> {
    return await this.database.transaction((manager) => reserve(manager, 'image', count));
  }
}

/** @returns the first of `count` consecutive ids that were never used before */
export async function reserve(
  manager: EntityManager,
  counter: 'image' | 'other' | 'audit',
  count: number,
): Promise<number> {
  assert(Number.isSafeInteger(count) && count > 0, `${count} ids were requested`);
  // The update is first, because it locks the row: two processes never read the same number.
  await manager.increment(IdCounterEntity, { name: counter }, 'nextId', count);
  return (await manager.findOneByOrFail(IdCounterEntity, { name: counter })).nextId - count;
}
