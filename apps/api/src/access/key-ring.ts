import type { Identities } from '@wentu/composition';
import type { SignIn, StoredKey } from '@wentu/domain';

/** A change of the keys by another process is seen after this time; those of this process are seen at once. */
const FRESH_MS = 1_000;
const MAX_SIGN_INS = 1_000;
/** How often the use of keys is noted. */
const NOTE_MS = 60_000;

interface Cached {
  /** Of the clock that never jumps. */
  readonly readAt: number;
  readonly changeCount: number;
  readonly found: Promise<SignIn | null>;
}

interface Keys {
  readonly readAt: number;
  readonly changeCount: number;
  readonly byHash: ReadonlyMap<string, StoredKey>;
  readonly byId: ReadonlyMap<number, StoredKey>;
  readonly byName: ReadonlyMap<string, StoredKey>;
}

/** The keys and sign-ins of the store, which all processes share, with a cache of a second. */
export class KeyRing {
  private keys: Promise<Keys> | null = null;
  private readonly signIns = new Map<string, Cached>();
  private readonly used = new Set<number>();
  private readonly noting: NodeJS.Timeout;

  constructor(
    private readonly identities: Pick<Identities, 'list' | 'findSignIn' | 'removeSignIn' | 'noteUse' | 'changeCount'>,
  ) {
    this.noting = setInterval(() => void this.noteUse(), NOTE_MS).unref();
  }

  /** Whether any key may be used now. */
  async hasKeys(): Promise<boolean> {
    return [...(await this.read()).byId.values()].some(isUsable);
  }

  /** @param secretHash the SHA-256 of a key @returns null for an unknown, expired or revoked key */
  async bySecretHash(secretHash: string): Promise<StoredKey | null> {
    const key = (await this.read()).byHash.get(secretHash);
    return key?.kind === 'KEY' ? this.usable(key) : null;
  }

  async byName(name: string): Promise<StoredKey | null> {
    return this.usable((await this.read()).byName.get(name));
  }

  async byId(id: number): Promise<StoredKey | null> {
    return this.usable((await this.read()).byId.get(id));
  }

  async signIn(tokenHash: string): Promise<SignIn | null> {
    const known = this.signIns.get(tokenHash);
    if (known && this.isFresh(known)) return await known.found;
    const changeCount = this.identities.changeCount();
    const found = this.identities.findSignIn(tokenHash);
    this.signIns.delete(tokenHash);
    this.signIns.set(tokenHash, { readAt: performance.now(), changeCount, found });
    const [oldest] = this.signIns.keys();
    if (this.signIns.size > MAX_SIGN_INS && oldest !== undefined) this.signIns.delete(oldest);
    found.catch(() => this.signIns.delete(tokenHash));
    return await found;
  }

  async signOut(tokenHash: string): Promise<void> {
    await this.identities.removeSignIn(tokenHash);
    this.signIns.delete(tokenHash);
  }

  async close(): Promise<void> {
    clearInterval(this.noting);
    await this.noteUse();
  }

  private isFresh({ readAt, changeCount }: Pick<Cached, 'readAt' | 'changeCount'>): boolean {
    return performance.now() - readAt < FRESH_MS && changeCount === this.identities.changeCount();
  }

  private usable(key: StoredKey | undefined): StoredKey | null {
    if (!key || !isUsable(key)) return null;
    this.used.add(key.id);
    return key;
  }

  private async read(): Promise<Keys> {
    const current = this.keys;
    const last = await current?.catch(() => null);
    if (last && this.isFresh(last)) return last;
    // Requests that arrive meanwhile share one read. While the store is unavailable each of them fails.
    if (this.keys !== current) return await this.read();
    const [readAt, changeCount] = [performance.now(), this.identities.changeCount()];
    const reading = this.identities.list().then((keys) => indexed(keys, readAt, changeCount));
    this.keys = reading;
    return await reading;
  }

  /** When a key was used last is only informative, so errors are ignored. */
  private async noteUse(): Promise<void> {
    const ids = [...this.used];
    this.used.clear();
    if (ids.length > 0) await this.identities.noteUse(ids).catch(() => undefined);
  }
}

function indexed(keys: readonly StoredKey[], readAt: number, changeCount: number): Keys {
  const live = keys.filter(({ revokedAt }) => revokedAt === null);
  return {
    readAt,
    changeCount,
    byHash: new Map(live.map((key) => [key.secretHash, key])),
    byId: new Map(live.map((key) => [key.id, key])),
    byName: new Map(live.map((key) => [key.name, key])),
  };
}

function isUsable({ expiresAt, revokedAt }: StoredKey): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt.getTime() > Date.now());
}
