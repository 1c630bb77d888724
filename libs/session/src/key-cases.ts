import {
  InvalidInputError,
  MAX_KEY_COLLECTIONS,
  MAX_KEY_NAME_LENGTH,
  noCollection,
  normalName,
  NotFoundError,
  sentence,
  type AccessKey,
  type CollectionReader,
  type KeyReader,
  type Keys,
  type Role,
  type StoredKey,
} from '@wentu/domain';
import { hashPassword, newSecret } from './secrets';

export interface KeyPorts {
  readonly collections: Pick<CollectionReader, 'find' | 'list'>;
  readonly reader: Pick<KeyReader, 'list'>;
  readonly keys: Pick<Keys, 'add' | 'replaceSecret' | 'revoke'>;
}

/** A key without its secret. */
export interface KeyFacts extends AccessKey {
  /** The names of the collections that it is bound to; null: all collections. Dropped collections are left out. */
  readonly collections: readonly string[] | null;
}

export interface WantedKey {
  readonly name: string;
  readonly role: Role;
  /** Names of collections that exist; null: all collections. */
  readonly collections: readonly string[] | null;
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
  /** Null: a random key is made. */
  readonly password: string | null;
}

/** A key that got a new secret. It is the only answer that has the secret. */
export interface MadeKey {
  readonly key: KeyFacts;
  /** Null for a password, which the caller knows. */
  readonly secret: string | null;
}

/** Use cases of keys: who may use this server. */
export class KeyCases {
  constructor(private readonly ports: KeyPorts) {}

  /** All keys, newest first. */
  async list(): Promise<KeyFacts[]> {
    return await this.withNames(await this.ports.reader.list());
  }

  /**
   * @param createdBy the name of the principal that makes it
   * @throws InvalidInputError; ConflictError when the name is in use; NotFoundError for an unknown collection
   */
  async create(wanted: WantedKey, createdBy: string | null): Promise<MadeKey> {
    const { role, expiresAt, password } = wanted;
    const name = checkedName(wanted.name);
    if (expiresAt && expiresAt.getTime() <= Date.now())
      throw new InvalidInputError(sentence('EXPIRY_PASSED', { time: expiresAt.toISOString() }));
    const collectionIds = wanted.collections && (await this.idsOf(wanted.collections));
    const made = await secretOf(password);
    const { secret, ...stored } = made;
    const kind = password === null ? 'KEY' : 'PASSWORD';
    const key = await this.ports.keys.add({ name, kind, role, collectionIds, createdBy, expiresAt, ...stored });
    return { key: await this.factsOf(key), secret };
  }

  /**
   * Gives a key another secret. The old one is refused within seconds, and its sign-ins end.
   * @param password the new password; null for a key
   * @throws NotFoundError for an unknown or revoked key; InvalidInputError
   */
  async rotate(id: string, password: string | null): Promise<MadeKey> {
    const number = parseKeyId(id);
    const found = (await this.ports.reader.list()).find((key) => key.id === number && !key.revokedAt);
    if (!found) throw noKey(id);
    if ((found.kind === 'PASSWORD') !== (password !== null))
      throw new InvalidInputError(
        found.kind === 'PASSWORD'
          ? sentence('KEY_HAS_PASSWORD', { name: found.name })
          : sentence('KEY_IS_RANDOM', { name: found.name }),
      );
    const { secret, ...stored } = await secretOf(password);
    const key = await this.ports.keys.replaceSecret(found.id, stored);
    if (!key) throw noKey(id);
    return { key: await this.factsOf(key), secret };
  }

  /** Ends a key for ever; it is refused within seconds. @throws NotFoundError */
  async revoke(id: string): Promise<KeyFacts> {
    const number = parseKeyId(id);
    const key = number === null ? null : await this.ports.keys.revoke(number);
    if (!key) throw noKey(id);
    return await this.factsOf(key);
  }

  private async idsOf(names: readonly string[]): Promise<number[]> {
    const unique = [...new Set(names.map(normalName))];
    if (unique.length < 1 || unique.length > MAX_KEY_COLLECTIONS)
      throw new InvalidInputError(
        sentence('KEY_COLLECTIONS_COUNT', { count: unique.length, max: MAX_KEY_COLLECTIONS }),
      );
    const ids: number[] = [];
    for (const name of unique) {
      const found = await this.ports.collections.find(name);
      if (!found) throw noCollection(name);
      ids.push(found.id);
    }
    return ids;
  }

  private async factsOf(key: StoredKey): Promise<KeyFacts> {
    const [facts] = await this.withNames([key]);
    return facts as KeyFacts;
  }

  private async withNames(keys: readonly StoredKey[]): Promise<KeyFacts[]> {
    const isBound = keys.some(({ collectionIds }) => collectionIds !== null);
    const all = isBound ? await this.ports.collections.list() : [];
    const names = new Map(all.map(({ id, name }) => [id, name]));
    return keys.map(({ secretHash: _secretHash, ...key }) => ({
      ...key,
      collections: key.collectionIds && key.collectionIds.flatMap((id) => names.get(id) ?? []),
    }));
  }
}

async function secretOf(
  password: string | null,
): Promise<{ readonly secret: string | null } & Pick<StoredKey, 'prefix' | 'secretHash'>> {
  return password === null ? newSecret() : { secret: null, prefix: null, secretHash: await hashPassword(password) };
}

/** @throws InvalidInputError */
function checkedName(name: string): string {
  const normal = normalName(name).trim();
  const length = Array.from(normal).length;
  if (length < 1 || length > MAX_KEY_NAME_LENGTH)
    throw new InvalidInputError(sentence('NAME_LENGTH', { length, max: MAX_KEY_NAME_LENGTH }));
  if (/[\p{Cc}\p{Cs}]/u.test(normal)) throw new InvalidInputError(sentence('NAME_CHARACTERS'));
  return normal;
}

function parseKeyId(id: string): number | null {
  return /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
}

function noKey(id: string): NotFoundError {
  return new NotFoundError(sentence('NO_KEY', { id: id.slice(0, 64) }));
}
