import { MAX_AUDIT_ENTRIES, type AuditEntry, type AuditLog, type NewAuditEntry } from '@wentu/domain';
import { LessThan, LessThanOrEqual } from 'typeorm';
import type { Database } from './database';
import { now } from './dialect';
import { AuditEntryEntity } from './entities/access.entity';
import { reserve } from './ids';
import { cut } from './text-limits';

const MAX_TARGET_LENGTH = 500;
const MAX_WHO_LENGTH = 200;
/** Old lines are removed once in this many lines. */
const TIDY_EVERY = 1_000;

/** Who did what. Its lines have ids of their own, so they are in the order of their commits. */
export class TypeOrmAuditLog implements AuditLog {
  constructor(private readonly database: Database) {}

  async page(before: number | null, limit: number): Promise<AuditEntry[]> {
    const where = before === null ? {} : { id: LessThan(before) };
    const rows = await this.database.read((manager) =>
      manager.find(AuditEntryEntity, { where, order: { id: 'DESC' }, take: limit }),
    );
    return rows.map(({ notedAt, ...row }) => ({ ...row, at: new Date(notedAt) }));
  }

  async add({ who, target, ...entry }: NewAuditEntry): Promise<void> {
    await this.database.transaction(async (manager) => {
      const id = await reserve(manager, 'audit', 1);
      await manager.insert(AuditEntryEntity, {
        ...entry,
        id,
        notedAt: await now(manager),
        who: who && cut(who, MAX_WHO_LENGTH),
        target: target && cut(target, MAX_TARGET_LENGTH),
      });
      if (id % TIDY_EVERY === 0)
        await manager.delete(AuditEntryEntity, { id: LessThanOrEqual(id - MAX_AUDIT_ENTRIES) });
    });
  }
}
