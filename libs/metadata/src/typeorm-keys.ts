import {
  ConflictError,
  MAX_KEYS,
  WentuError,
  sentence,
  type Keys,
  type NewKey,
  type SignIn,
  type StoredKey,
} from '@wentu/domain';
import { In, IsNull, LessThanOrEqual, Not, type EntityManager } from 'typeorm';
import { LIST_SLICE, slices, type Database } from './database';
import { lockRow, now } from './dialect';
import { AccessKeyEntity, SignInEntity } from './entities/access.entity';
import { reserve } from './ids';
import { textKey } from './keys';

const MAX_SIGN_INS_A_KEY = 100;

/** The keys of users and programs, and the sign-ins of browsers. */
export class TypeOrmKeys implements Keys {
  constructor(private readonly database: Database) {}

  async list(): Promise<StoredKey[]> {
    const rows = await this.database.read((manager) => manager.find(AccessKeyEntity, { order: { id: 'DESC' } }));
    return rows.map(toKey);
  }

  async findSignIn(tokenHash: string): Promise<SignIn | null> {
    const row = await this.database.read((manager) => manager.findOneBy(SignInEntity, { tokenHash }));
    if (!row || row.expiresAt <= Date.now()) return null;
    return { tokenHash, keyId: row.keyId, keyMark: row.keyMark, expiresAt: new Date(row.expiresAt) };
  }

  async add({ collectionIds, expiresAt, ...key }: NewKey): Promise<StoredKey> {
    return await this.database.transaction(async (manager) => {
      await lockKeys(manager);
      const liveNameKey = textKey(key.name);
      if (await manager.existsBy(AccessKeyEntity, { liveNameKey }))
        throw new ConflictError(sentence('KEY_EXISTS', { name: key.name }));
      if ((await manager.countBy(AccessKeyEntity, { revokedAt: IsNull() })) >= MAX_KEYS)
        throw new WentuError('LIMIT_EXCEEDED', sentence('KEYS_FULL', { max: MAX_KEYS }));
      const row: AccessKeyEntity = {
        ...key,
        id: await reserve(manager, 'other', 1),
        liveNameKey,
        collectionIds: collectionIds && JSON.stringify(collectionIds),
        expiresAt: expiresAt && expiresAt.getTime(),
        createdAt: await now(manager),
        lastUsedAt: null,
        revokedAt: null,
      };
      await manager.insert(AccessKeyEntity, row);
      return toKey(row);
    });
  }

  async replaceSecret(id: number, secret: Pick<StoredKey, 'prefix' | 'secretHash'>): Promise<StoredKey | null> {
    return await this.database.transaction(async (manager) => {
      await manager.update(AccessKeyEntity, { id, revokedAt: IsNull() }, secret);
      await manager.delete(SignInEntity, { keyId: id });
      const row = await manager.findOneBy(AccessKeyEntity, { id, revokedAt: IsNull() });
      return row && toKey(row);
    });
  }

  async revoke(id: number): Promise<StoredKey | null> {
    return await this.database.transaction(async (manager) => {
      await lockKeys(manager);
      const revokedAt = await now(manager);
      await manager.update(AccessKeyEntity, { id, revokedAt: IsNull() }, { revokedAt, liveNameKey: null });
      await manager.delete(SignInEntity, { keyId: id });
      const row = await manager.findOneBy(AccessKeyEntity, { id });
      const revoked = { where: { revokedAt: Not(IsNull()) }, order: { revokedAt: 'DESC', id: 'DESC' } } as const;
      const old = await manager.find(AccessKeyEntity, { ...revoked, skip: MAX_KEYS, take: LIST_SLICE });
      if (old.length > 0) await manager.delete(AccessKeyEntity, { id: In(old.map((each) => each.id)) });
      return row && toKey(row);
    });
  }

  async noteUse(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.transaction(async (manager) => {
      const lastUsedAt = await now(manager);
      for (const slice of slices(ids, LIST_SLICE))
        await manager.update(AccessKeyEntity, { id: In([...slice]) }, { lastUsedAt });
    });
  }

  async addSignIn({ expiresAt, ...signIn }: SignIn): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.delete(SignInEntity, { expiresAt: LessThanOrEqual(await now(manager)) });
      await manager.upsert(SignInEntity, { ...signIn, expiresAt: expiresAt.getTime() }, ['tokenHash']);
      const all = { where: { keyId: signIn.keyId }, order: { expiresAt: 'DESC' } } as const;
      const old = await manager.find(SignInEntity, { ...all, skip: MAX_SIGN_INS_A_KEY, take: LIST_SLICE });
      if (old.length > 0) await manager.delete(SignInEntity, { tokenHash: In(old.map((each) => each.tokenHash)) });
    });
  }

  async removeSignIn(tokenHash: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.delete(SignInEntity, { tokenHash });
    });
  }
}

/** Changes of keys run one at a time. */
async function lockKeys(manager: EntityManager): Promise<void> {
  await lockRow(manager, 'SELECT uuid FROM store_info');
}

function toKey(row: AccessKeyEntity): StoredKey {
  const { liveNameKey: _liveNameKey, collectionIds, createdAt, lastUsedAt, expiresAt, revokedAt, ...rest } = row;
  return {
    ...rest,
    collectionIds: collectionIds === null ? null : (JSON.parse(collectionIds) as number[]),
    createdAt: new Date(createdAt),
    lastUsedAt: dateOf(lastUsedAt),
    expiresAt: dateOf(expiresAt),
    revokedAt: dateOf(revokedAt),
  };
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
