import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { InvalidInputError, sentence, type StoredKey } from '@wentu/domain';

/** 256 random bits, so a plain SHA-256 of it cannot be reverted by trying. */
const SECRET_BYTES = 32;
const KEY_PREFIX = 'wentu_';
/** How many characters of a key are shown to tell keys apart. */
const SHOWN_LENGTH = KEY_PREFIX.length + 6;
const [MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH] = [10, 200];
/**
 * 32 MiB and about 0.3 s of one core: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const HASH_BYTES = 32;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** A new key. The secret is shown once; only its hash is stored. */
export function newSecret(): { readonly secret: string } & Pick<StoredKey, 'prefix' | 'secretHash'> {
  const secret = KEY_PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, prefix: secret.slice(0, SHOWN_LENGTH), secretHash: hashSecret(secret) };
}

/** The SHA-256 in hex of a random text: a key, or the token of a sign-in. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** @returns `scrypt:N:r:p:salt:hash`, salt and hash in base64url @throws InvalidInputError for a short password */
export async function hashPassword(password: string): Promise<string> {
  const length = Array.from(password).length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    throw new InvalidInputError(
      sentence('PASSWORD_LENGTH', { length, least: MIN_PASSWORD_LENGTH, most: MAX_PASSWORD_LENGTH }),
    );
  const salt = randomBytes(16);
  const hash = await derive(password.normalize('NFC'), salt, HASH_BYTES, SCRYPT);
  const { N, r, p } = SCRYPT;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join(':');
}

/** Takes equally long for a wrong and a right password. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = stored.split(':');
  if (Array.from(password).length > MAX_PASSWORD_LENGTH) return false;
  const expected = Buffer.from(hash, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: SCRYPT.maxmem };
  const found = await derive(password.normalize('NFC'), Buffer.from(salt, 'base64url'), HASH_BYTES, options);
  return expected.length === found.length && timingSafeEqual(expected, found);
}
