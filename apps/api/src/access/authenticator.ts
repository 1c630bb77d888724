import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config, Identities } from '@wentu/composition';
import { normalName, type StoredKey } from '@wentu/domain';
import {
  ANONYMOUS_READER,
  EVERYBODY,
  Gate,
  hashPassword,
  hashSecret,
  isPassword,
  NOBODY,
  ROLE_RIGHTS,
  type Principal,
} from '@wentu/session';
import { createTokenCheck, type TokenClaims } from './json-web-tokens';
import { KeyRing } from './key-ring';

/** A client that proved who it is. */
export interface Known {
  readonly principal: Principal;
  /** A secret of the server that belongs to the key, for signatures; null for a token of an identity provider. */
  readonly keySecret: string | null;
}

/** The id of the key of the settings in sign-ins. Stored keys have ids from 1. */
const ADMIN_KEY_ID = 0;
const SIGN_IN_MS = 7 * 24 * 3_600_000;
const ADMIN_NAME = 'WENTU_ADMIN_KEY';
/** A hash of a password takes 32 MiB and a core. */
const [HASHES_AT_ONCE, MAX_WAITING_HASHES] = [2, 32];

/** Finds the principal of a key, a password, a token of an identity provider or a sign-in. */
export class Authenticator {
  readonly ring: KeyRing;
  private readonly adminHash: string | null;
  private readonly checkToken: ((token: string) => Promise<TokenClaims | null>) | null;
  private readonly hashing = new Gate(HASHES_AT_ONCE, MAX_WAITING_HASHES);
  /** Compared with the password of an unknown name, so that both answers take equally long. */
  private unknownHash: Promise<string> | null = null;

  constructor(
    private readonly identities: Identities,
    private readonly access: Config['access'],
  ) {
    this.ring = new KeyRing(identities);
    this.adminHash = access.adminKey === null ? null : hashSecret(access.adminKey);
    this.checkToken = access.jwt && createTokenCheck(access.jwt);
  }

  /** The principal of a client that proves nothing. */
  get anonymous(): Principal {
    return { all: EVERYBODY, read: ANONYMOUS_READER, off: NOBODY }[this.access.anonymous];
  }

  /** Whether any client could prove who it is. @throws UnavailableError */
  async hasWays(): Promise<boolean> {
    return this.adminHash !== null || this.checkToken !== null || (await this.ring.hasKeys());
  }

  /** @param secret a key or a token @returns null when it is wrong, has expired or was revoked */
  async bySecret(secret: string): Promise<Known | null> {
    const key = await this.keyOf(secret);
    if (key) return key;
    const claims = await this.checkToken?.(secret);
    if (!claims) return null;
    const { subject, role, collections } = claims;
    const ids = collections && new Set(await this.identities.collectionIds(collections));
    const rights = role ? ROLE_RIGHTS[role] : NOBODY.rights;
    return { principal: { name: subject, rights, collections: ids, keyId: null }, keySecret: null };
  }

  /** @returns null when the name or the password is wrong */
  async byPassword(name: string, password: string, signal: AbortSignal): Promise<Known | null> {
    const key = await this.ring.byName(normalName(name).trim());
    const stored = key?.kind === 'PASSWORD' ? key : null;
    const isRight = await this.hashing.run(async () => {
      this.unknownHash ??= hashPassword(randomBytes(16).toString('hex'));
      return await isPassword(password, stored?.secretHash ?? (await this.unknownHash));
    }, signal);
    return stored && isRight ? knownOf(stored) : null;
  }

  /** @param token of the cookie @returns null when it has expired, or its key has another secret now */
  async bySignIn(token: string): Promise<Known | null> {
    const signIn = await this.ring.signIn(hashSecret(token));
    if (!signIn || signIn.expiresAt.getTime() <= Date.now()) return null;
    const known = signIn.keyId === ADMIN_KEY_ID ? this.admin() : await this.known(signIn.keyId);
    return known?.keySecret && markOf(known.keySecret) === signIn.keyMark ? known : null;
  }

  /** Signs a browser in. @returns the token for its cookie; null for a token of an identity provider */
  async signIn({ principal, keySecret }: Known): Promise<{ readonly token: string; readonly expiresAt: Date } | null> {
    if (keySecret === null) return null;
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + SIGN_IN_MS);
    const keyId = principal.keyId ?? ADMIN_KEY_ID;
    await this.identities.addSignIn({ tokenHash: hashSecret(token), keyId, keyMark: markOf(keySecret), expiresAt });
    const { name: who } = principal;
    const line = { who, keyId: principal.keyId, action: 'signIn', target: null, outcome: 'STARTED' };
    await this.identities.note(line).catch(() => undefined);
    return { token, expiresAt };
  }

  async signOut(token: string): Promise<void> {
    await this.ring.signOut(hashSecret(token));
  }

  async close(): Promise<void> {
    await this.ring.close();
  }

  /** The key with this id, for signatures that a key made. @returns null when it was revoked or has expired */
  async known(id: number): Promise<Known | null> {
    if (id === ADMIN_KEY_ID) return this.admin();
    const key = await this.ring.byId(id);
    return key && knownOf(key);
  }

  private async keyOf(secret: string): Promise<Known | null> {
    const secretHash = hashSecret(secret);
    const { adminHash } = this;
    if (adminHash !== null && timingSafeEqual(Buffer.from(adminHash), Buffer.from(secretHash))) return this.admin();
    const key = await this.ring.bySecretHash(secretHash);
    return key && knownOf(key);
  }

  private admin(): Known | null {
    if (this.adminHash === null) return null;
    return { principal: { ...EVERYBODY, name: ADMIN_NAME }, keySecret: this.adminHash };
  }
}

function knownOf({ id, name, role, collectionIds, secretHash }: StoredKey): Known {
  const collections = collectionIds && new Set(collectionIds);
  return { principal: { name, rights: ROLE_RIGHTS[role], collections, keyId: id }, keySecret: secretHash };
}

function markOf(keySecret: string): string {
  return createHash('sha256').update(`sign-in ${keySecret}`).digest('hex');
}
